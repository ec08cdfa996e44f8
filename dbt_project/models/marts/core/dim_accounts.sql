with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

account_hierarchy as (
    select * from {{ ref('int_account_hierarchy') }}
),

account_arr as (
    select * from {{ ref('int_account_arr_current') }}
),

account_contracts as (
    select * from {{ ref('int_account_contracts_current') }}
),

segments as (
    select * from {{ ref('segments') }}
),

regions as (
    select * from {{ ref('regions') }}
)

select
    crm_accounts.account_id,
    account_survivors.surviving_account_id,
    account_hierarchy.parent_account_id,
    account_hierarchy.ultimate_parent_account_id,
    crm_accounts.owner_user_id,
    crm_accounts.csm_user_id,
    crm_accounts.account_name,
    cast(segments.segment_id as {{ dbt.type_string() }}) as segment,
    cast(regions.region_id as {{ dbt.type_string() }}) as region,
    crm_accounts.industry,
    crm_accounts.country,
    crm_accounts.lifecycle_stage,
    crm_accounts.currency,
    account_arr.arr_source,
    '{{ var("reporting_currency") }}' as reporting_currency,
    cast(account_hierarchy.hierarchy_depth as {{ dbt.type_int() }}) as hierarchy_depth,
    crm_accounts.employee_count,
    cast(account_arr.arr as decimal(18, 2)) as arr,
    cast(account_arr.crm_arr as decimal(18, 2)) as crm_arr,
    account_arr.is_customer,
    account_arr.is_live,
    account_survivors.is_merged,
    coalesce(crm_accounts.is_deleted, false) as is_deleted,
    coalesce(account_contracts.is_evergreen, false) as is_evergreen,
    cast(crm_accounts.created_at as date) as created_date,
    coalesce(
        account_arr.first_arr_date, cast(crm_accounts.became_customer_at as date)
    ) as first_customer_date,
    crm_accounts.renewal_date,
    account_contracts.current_term_end_date,
    case
        when account_arr.is_customer then null
        when account_arr.arr_lost_date is not null then account_arr.arr_lost_date
        else cast(crm_accounts.churned_at as date)
    end as churned_date
from crm_accounts
inner join account_survivors
    on crm_accounts.account_id = account_survivors.account_id
inner join account_hierarchy
    on crm_accounts.account_id = account_hierarchy.account_id
inner join account_arr
    on crm_accounts.account_id = account_arr.account_id
left join account_contracts
    on crm_accounts.account_id = account_contracts.account_id
left join segments
    on {{ label_key('crm_accounts.segment') }} = segments.label
left join regions
    on {{ label_key('crm_accounts.region') }} = regions.label
