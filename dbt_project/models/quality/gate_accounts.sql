with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
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

live_accounts as (
    select
        crm_accounts.account_id,
        crm_accounts.owner_user_id,
        crm_accounts._source_system as source_system,
        crm_accounts.account_name,
        nullif(trim(crm_accounts.segment), '') as segment_label,
        cast(segments.segment_id as {{ dbt.type_string() }}) as segment,
        crm_accounts.arr as crm_arr_local,
        account_arr.crm_arr,
        case when account_arr.has_billing_record then account_arr.arr end as billing_arr,
        coalesce(account_contracts.is_evergreen, false) as is_evergreen,
        crm_accounts.renewal_date
    from crm_accounts
    inner join account_arr
        on crm_accounts.account_id = account_arr.account_id
    left join account_contracts
        on crm_accounts.account_id = account_contracts.account_id
    left join segments
        on {{ label_key('crm_accounts.segment') }} = segments.label
    where account_arr.is_live
)

-- What a fault puts at stake: billing is the ledger, the CRM stands in where billing knows nothing.
select
    account_id,
    owner_user_id,
    source_system,
    account_name,
    segment_label,
    segment,
    cast(crm_arr_local as decimal(18, 2)) as crm_arr_local,
    cast(crm_arr as decimal(18, 2)) as crm_arr,
    cast(billing_arr as decimal(18, 2)) as billing_arr,
    {{ ratio('crm_arr - billing_arr', 'billing_arr') }} as arr_difference_rate,
    cast(
        case
            when coalesce(billing_arr, crm_arr, 0) < 0 then 0
            else coalesce(billing_arr, crm_arr, 0)
        end as decimal(18, 2)
    ) as arr_at_stake,
    is_evergreen,
    not is_evergreen as needs_renewal_date,
    renewal_date
from live_accounts
