with

required_values as (
    select * from {{ ref('int_required_values_monthly') }}
),

arr_matches as (
    select * from {{ ref('int_arr_matches_monthly') }}
),

field_owners as (
    select * from {{ ref('field_owners') }}
    where contract_table = 'crm_accounts'
),

csms as (
    select * from {{ ref('dim_csms') }}
),

judged as (
    select
        'required_value' as check_id,
        source_system,
        field_name,
        segment,
        region,
        csm_user_id,
        verdict,
        month_start_date
    from required_values
    union all
    select
        'agrees_with_billing' as check_id,
        source_system,
        'arr' as field_name,
        segment,
        region,
        csm_user_id,
        case when is_match then 'valid' else 'invalid' end as verdict,
        month_start_date
    from arr_matches
),

counted as (
    select
        check_id,
        source_system,
        field_name,
        segment,
        region,
        csm_user_id,
        count(*) as checked_values,
        sum(case when verdict = 'valid' then 1 else 0 end) as valid_values,
        sum(case when verdict = 'missing' then 1 else 0 end) as missing_values,
        sum(case when verdict = 'invalid' then 1 else 0 end) as invalid_values,
        month_start_date
    from judged
    group by
        check_id, source_system, field_name, segment, region, csm_user_id, month_start_date
)

select
    cast(counted.check_id as {{ dbt.type_string() }}) as check_id,
    cast(counted.source_system as {{ dbt.type_string() }}) as source_system,
    cast(counted.field_name as {{ dbt.type_string() }}) as field_name,
    cast(coalesce(field_owner.owner_team, table_owner.owner_team) as {{ dbt.type_string() }})
        as owner_team,
    cast(counted.segment as {{ dbt.type_string() }}) as segment,
    cast(counted.region as {{ dbt.type_string() }}) as region,
    cast(counted.csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    cast(coalesce(csms.team, '(none)') as {{ dbt.type_string() }}) as team,
    {%- for column in ['checked_values', 'valid_values', 'missing_values', 'invalid_values'] %}
    cast(counted.{{ column }} as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    {{ ratio('counted.valid_values', 'counted.checked_values') }} as accuracy_rate,
    counted.month_start_date
from counted
left join csms
    on counted.csm_user_id = csms.csm_user_id
left join field_owners as field_owner
    on counted.field_name = field_owner.field_name
left join field_owners as table_owner
    on table_owner.field_name = '*'
