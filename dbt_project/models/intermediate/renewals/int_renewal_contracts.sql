with

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

contract_statuses as (
    select * from {{ ref('contract_statuses') }}
),

-- A draft binds nobody. A contract ended by notice was due when its term would have ended; without
-- a term it was evergreen and never due.
signed_contracts as (
    select
        crm_contracts.contract_id,
        coalesce(account_survivors.surviving_account_id, crm_contracts.account_id) as account_id,
        crm_contracts.account_id as contract_account_id,
        crm_contracts.previous_contract_id,
        coalesce(crm_contracts.currency, '{{ var("reporting_currency") }}') as currency,
        cast(coalesce(crm_contracts.arr, 0) as decimal(18, 2)) as committed_arr_local,
        crm_contracts.term_months,
        crm_contracts.start_date,
        case
            when coalesce(contract_statuses.status_role, 'signed') <> 'terminated'
                then crm_contracts.end_date
            when crm_contracts.term_months is not null
                then cast({{ dbt.dateadd(
                    'month', 'crm_contracts.term_months', 'crm_contracts.start_date'
                ) }} as date)
        end as due_date,
        coalesce(crm_contracts.notice_period_days, 0) as notice_period_days,
        coalesce(crm_contracts.auto_renew, false) as is_auto_renewing,
        cast(
            coalesce(crm_contracts.signed_at, crm_contracts.activated_at, crm_contracts.start_date)
            as date
        ) as signed_date
    from crm_contracts
    left join account_survivors
        on crm_contracts.account_id = account_survivors.account_id
    left join contract_statuses
        on {{ label_key('crm_contracts.status') }} = contract_statuses.label
    where coalesce(contract_statuses.status_role, 'signed') <> 'draft'
),

-- A stub was added to a running contract and ends with it, so that its term is no whole year.
stubs as (
    select distinct stub.contract_id
    from signed_contracts as stub
    inner join signed_contracts as main
        on
            stub.account_id = main.account_id
            and stub.due_date = main.due_date
            and stub.start_date > main.start_date
    where
        stub.previous_contract_id is null
        and mod({{ dbt.datediff('stub.start_date', 'stub.due_date', 'month') }}, 12) > 0
),

-- Money that names no contract belongs to the leading one: the latest begun that is no stub.
leaders as (
    select
        signed_contracts.contract_id,
        signed_contracts.start_date as leads_from,
        coalesce(
            lead(signed_contracts.start_date) over (
                partition by signed_contracts.account_id
                order by
                    signed_contracts.start_date asc,
                    signed_contracts.committed_arr_local asc,
                    signed_contracts.contract_id asc
            ), cast('9999-12-31' as date)
        ) as leads_to
    from signed_contracts
    left join stubs
        on signed_contracts.contract_id = stubs.contract_id
    where stubs.contract_id is null
)

select
    signed_contracts.contract_id,
    signed_contracts.account_id,
    signed_contracts.contract_account_id,
    signed_contracts.previous_contract_id,
    signed_contracts.currency,
    signed_contracts.committed_arr_local,
    signed_contracts.term_months,
    signed_contracts.notice_period_days,
    signed_contracts.is_auto_renewing,
    stubs.contract_id is not null as is_coterm_stub,
    signed_contracts.due_date is not null
    and signed_contracts.due_date > signed_contracts.start_date as is_term,
    signed_contracts.start_date,
    signed_contracts.due_date,
    {{ add_days('signed_contracts.due_date', '-signed_contracts.notice_period_days') }}
        as notice_deadline_date,
    signed_contracts.signed_date,
    leaders.leads_from,
    leaders.leads_to
from signed_contracts
left join stubs
    on signed_contracts.contract_id = stubs.contract_id
left join leaders
    on signed_contracts.contract_id = leaders.contract_id
