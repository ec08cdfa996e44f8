with

weeks as (
    select * from {{ ref('int_governance_weeks') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

contract_statuses as (
    select * from {{ ref('contract_statuses') }}
),

-- Running contracts without an end, as it stood: notice of an evergreen one came later.
evergreen_contracts as (
    select
        coalesce(account_survivors.surviving_account_id, crm_contracts.account_id) as account_id,
        crm_contracts.start_date,
        crm_contracts.end_date
    from crm_contracts
    left join account_survivors
        on crm_contracts.account_id = account_survivors.account_id
    left join contract_statuses
        on {{ label_key('crm_contracts.status') }} = contract_statuses.label
    where
        coalesce(contract_statuses.status_role, 'signed') <> 'draft'
        and (
            crm_contracts.end_date is null
            or (
                contract_statuses.status_role = 'terminated'
                and crm_contracts.term_months is null
            )
        )
),

evergreen_accounts as (
    select
        evergreen_contracts.account_id,
        weeks.week_end_date
    from evergreen_contracts
    inner join weeks
        on
            evergreen_contracts.start_date <= weeks.measured_date
            and (
                evergreen_contracts.end_date > weeks.measured_date
                or evergreen_contracts.end_date is null
            )
    group by evergreen_contracts.account_id, weeks.week_end_date
)

select * from evergreen_accounts
