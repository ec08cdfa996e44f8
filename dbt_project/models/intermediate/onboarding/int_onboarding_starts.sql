with

crm_opportunities as (
    select * from {{ ref('crm_opportunities') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

won as (
    select
        account_survivors.surviving_account_id as account_id,
        min(cast(coalesce(crm_opportunities.closed_at, crm_opportunities.close_date) as date))
            as closed_won_date
    from crm_opportunities
    inner join account_survivors
        on crm_opportunities.account_id = account_survivors.account_id
    where
        crm_opportunities.is_won
        and not coalesce(crm_opportunities.is_deleted, false)
        and {{ label_key('crm_opportunities.opportunity_type') }}
        in ('new_business', 'new', 'new_customer')
    group by account_survivors.surviving_account_id
),

-- Without a won deal on record an account was won when it first paid.
onboarding_starts as (
    select
        accounts.account_id,
        coalesce(won.closed_won_date, accounts.first_customer_date) as closed_won_date,
        won.closed_won_date is not null as has_won_deal,
        case when not accounts.is_customer then accounts.churned_date end as lost_date
    from accounts
    left join won
        on accounts.account_id = won.account_id
    where
        not accounts.is_merged
        and coalesce(won.closed_won_date, accounts.first_customer_date) <= {{ as_of_day() }}
)

select * from onboarding_starts
