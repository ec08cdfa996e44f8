with

account_field_intervals as (
    select * from {{ ref('int_account_field_intervals') }}
),

segments as (
    select * from {{ ref('segments') }}
),

regions as (
    select * from {{ ref('regions') }}
),

change_days as (
    select
        account_id,
        valid_from
    from account_field_intervals
    group by account_id, valid_from
),

account_intervals as (
    select
        account_id,
        valid_from,
        lead(valid_from) over (partition by account_id order by valid_from asc) as valid_to
    from change_days
),

-- Each field has exactly one value on each day of change, so the maximum picks it.
values_by_interval as (
    select
        account_intervals.account_id,
        account_intervals.valid_from,
        account_intervals.valid_to,
        {%- for field_name in [
            'segment', 'region', 'industry', 'owner_user_id', 'csm_user_id', 'renewal_date',
            'arr', 'lifecycle_stage', 'parent_account_id',
        ] %}
        max(
            case when fields.field_name = '{{ field_name }}' then fields.field_value end
        ) as {{ field_name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from account_intervals
    inner join account_field_intervals as fields
        on
            account_intervals.account_id = fields.account_id
            and account_intervals.valid_from >= fields.valid_from
            and (
                account_intervals.valid_from < fields.valid_to
                or fields.valid_to is null
            )
    group by
        account_intervals.account_id, account_intervals.valid_from, account_intervals.valid_to
)

select
    cast(values_by_interval.account_id as {{ dbt.type_string() }}) as account_id,
    cast(segments.segment_id as {{ dbt.type_string() }}) as segment,
    cast(regions.region_id as {{ dbt.type_string() }}) as region,
    values_by_interval.industry,
    values_by_interval.owner_user_id,
    values_by_interval.csm_user_id,
    values_by_interval.lifecycle_stage,
    values_by_interval.parent_account_id,
    {{ try_to('values_by_interval.arr', 'decimal(18,2)') }} as crm_arr_local,
    values_by_interval.valid_to is null as is_current,
    {{ try_to('values_by_interval.renewal_date', 'date') }} as renewal_date,
    values_by_interval.valid_from,
    values_by_interval.valid_to
from values_by_interval
left join segments
    on {{ label_key('values_by_interval.segment') }} = segments.label
left join regions
    on {{ label_key('values_by_interval.region') }} = regions.label
