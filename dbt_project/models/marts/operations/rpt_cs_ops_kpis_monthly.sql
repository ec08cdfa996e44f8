with

kpi_months as (
    select * from {{ ref('int_kpi_months') }}
),

kpi_values as (
    {%- for part in ['int_kpi_values_data', 'int_kpi_values_team', 'int_kpi_values_customers'] %}
    select * from {{ ref(part) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

valued as (
    select
        kpi_months.*,
        kpi_values.numerator,
        kpi_values.denominator,
        cast(
            coalesce(
                kpi_values.quantity,
                {{ ratio('kpi_values.numerator', 'kpi_values.denominator') }}
            ) as decimal(18, 6)
        ) as kpi_value
    from kpi_months
    left join kpi_values
        on
            kpi_months.kpi_id = kpi_values.kpi_id
            and kpi_months.month_start_date = kpi_values.month_start_date
),

compared as (
    select
        valued.*,
        {{ stands_to('valued.kpi_value', 'valued.comparison', 'valued.target') }} as is_target_met,
        month_before.kpi_value as month_before_value,
        valued.kpi_value - month_before.kpi_value as month_change,
        quarter_before.kpi_value as quarter_before_value,
        valued.kpi_value - quarter_before.kpi_value as quarter_change,
        case
            when valued.direction = 'lower' then quarter_before.kpi_value - valued.kpi_value
            else valued.kpi_value - quarter_before.kpi_value
        end as improvement
    from valued
    left join valued as month_before
        on
            valued.kpi_id = month_before.kpi_id
            and valued.month_number = month_before.month_number + 1
    left join valued as quarter_before
        on
            valued.kpi_id = quarter_before.kpi_id
            and valued.month_number = quarter_before.month_number + 3
)

select
    cast(kpi_id as {{ dbt.type_string() }}) as kpi_id,
    cast(kpi_name as {{ dbt.type_string() }}) as kpi_name,
    cast(owner as {{ dbt.type_string() }}) as owner_team,
    cast(source_mart as {{ dbt.type_string() }}) as source_mart,
    cast(unit as {{ dbt.type_string() }}) as unit,
    cast(direction as {{ dbt.type_string() }}) as direction,
    cast(period as {{ dbt.type_string() }}) as period,
    cast(comparison as {{ dbt.type_string() }}) as comparison,
    cast(benchmark_source as {{ dbt.type_string() }}) as benchmark_source,
    case
        when kpi_value is null then 'unknown'
        when is_target_met is null then 'no_target'
        when is_target_met then 'met'
        else 'missed'
    end as status,
    case
        when kpi_value is null then cast(unknown_reason as {{ dbt.type_string() }})
    end as unknown_reason,
    case
        when improvement is null then 'unknown'
        when improvement > 0 then 'better'
        when improvement < 0 then 'worse'
        else 'unchanged'
    end as trend,
    cast(kpi_rank as {{ dbt.type_int() }}) as kpi_rank,
    numerator,
    denominator,
    kpi_value,
    cast(target as decimal(18, 6)) as target,
    cast(benchmark as decimal(18, 6)) as benchmark,
    cast(month_before_value as decimal(18, 6)) as month_before_value,
    cast(month_change as decimal(18, 6)) as month_change,
    cast(quarter_before_value as decimal(18, 6)) as quarter_before_value,
    cast(quarter_change as decimal(18, 6)) as quarter_change,
    is_month_complete,
    period_end_date,
    month_start_date
from compared
