with

metric_values as (
    select * from {{ ref('fct_metric_values_monthly') }}
),

versions as (
    select * from {{ ref('fct_metric_versions') }}
),

changes as (
    select
        metric_name,
        version as new_version,
        version - 1 as old_version,
        metric_name || '_v' || cast(version - 1 as {{ dbt.type_string() }}) as old_name,
        effective_date
    from versions
    where is_in_force and version > 1
),

last_year as (
    select *
    from metric_values
    where
        month_start_date <= {{ as_of_day() }}
        and month_start_date > {{ as_of_day(years=-1) }}
),

sides as (
    select
        changes.metric_name,
        changes.old_version,
        changes.new_version,
        changes.effective_date,
        last_year.slice_type,
        last_year.slice_value,
        last_year.month_start_date,
        case when last_year.metric_name = changes.old_name then last_year.metric_value end
            as old_value,
        case when last_year.metric_name = changes.metric_name then last_year.metric_value end
            as new_value
    from changes
    inner join last_year
        on last_year.metric_name in (changes.metric_name, changes.old_name)
),

compared as (
    select
        metric_name,
        slice_type,
        slice_value,
        old_version,
        new_version,
        effective_date,
        month_start_date,
        max(old_value) as old_value,
        max(new_value) as new_value
    from sides
    group by
        metric_name, slice_type, slice_value,
        old_version, new_version, effective_date, month_start_date
)

select
    metric_name,
    slice_type,
    slice_value,
    cast(old_version as {{ dbt.type_int() }}) as old_version,
    cast(new_version as {{ dbt.type_int() }}) as new_version,
    old_value,
    new_value,
    cast(new_value - old_value as decimal(28, 10)) as difference,
    cast({{ ratio('new_value - old_value', 'old_value') }} as decimal(28, 10))
        as relative_difference,
    month_start_date,
    effective_date
from compared
