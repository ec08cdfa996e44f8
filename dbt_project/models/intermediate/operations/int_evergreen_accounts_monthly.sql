with

months as (
    select * from {{ ref('int_scorecard_months') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
)

-- A contract without a term was evergreen until notice was given; today its end says whether it is.
select
    account_survivors.surviving_account_id as account_id,
    months.month_start_date,
    count(*) as evergreen_contracts
from crm_contracts
inner join account_survivors
    on crm_contracts.account_id = account_survivors.account_id
inner join months
    on
        crm_contracts.start_date <= months.state_date
        and coalesce(crm_contracts.end_date > months.state_date, true)
where
    (
        crm_contracts.end_date is null
        or (crm_contracts.term_months is null and months.state_date < {{ as_of_day() }})
    )
    and {{ label_key('crm_contracts.status') }}
    not in ('draft', 'in_approval_process', 'cancelled', 'canceled', 'terminated', 'expired')
group by account_survivors.surviving_account_id, months.month_start_date
