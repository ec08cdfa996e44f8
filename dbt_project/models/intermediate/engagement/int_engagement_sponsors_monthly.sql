with

account_months as (
    select * from {{ ref('int_engagement_account_months') }}
),

contacts as (
    select * from {{ ref('int_engagement_contacts') }}
),

-- Whoever has left by the month's end is no sponsor then, whatever was said with them.
sponsors_monthly as (
    select
        account_months.account_id,
        account_months.month_start_date,
        count(*) as sponsors,
        min(contacts.known_date) as first_known_date
    from account_months
    inner join contacts
        on
            account_months.account_id = contacts.account_id
            and account_months.state_date >= contacts.known_date
            and coalesce(account_months.state_date < contacts.departed_date, true)
    where contacts.is_executive_sponsor
    group by account_months.account_id, account_months.month_start_date
)

select * from sponsors_monthly
