with

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

-- Running on the as-of day: begun, not ended, and neither a draft nor cancelled.
running_contracts as (
    select
        account_survivors.surviving_account_id as account_id,
        crm_contracts.contract_id,
        crm_contracts.end_date
    from crm_contracts
    inner join account_survivors
        on crm_contracts.account_id = account_survivors.account_id
    where
        crm_contracts.start_date <= {{ as_of_day() }}
        and (crm_contracts.end_date > {{ as_of_day() }} or crm_contracts.end_date is null)
        and {{ label_key('crm_contracts.status') }}
        not in ('draft', 'in_approval_process', 'cancelled', 'canceled', 'terminated', 'expired')
),

account_contracts as (
    select
        account_id,
        count(*) as running_contracts,
        max(case when end_date is null then 1 else 0 end) = 1 as is_evergreen,
        max(end_date) as current_term_end_date
    from running_contracts
    group by account_id
)

select * from account_contracts
