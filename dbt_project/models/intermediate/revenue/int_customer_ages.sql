with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

months as (
    select * from {{ ref('int_months') }}
),

-- A customer's life goes from its first month with ARR to its first churn, or is still going on.
lives as (
    select
        account_id,
        min(case when closing_arr > 0 then month_number end) as start_month_number,
        min(case when movement = 'churn' then month_number end) as churn_month_number,
        max(month_number) as last_month_number
    from account_arr_movements
    group by account_id
),

-- The segment is that of the beginning, so that nobody is moved out of a segment that loses them.
lives_by_segment as (
    select
        account_slices.slice_value as segment,
        lives.start_month_number,
        lives.churn_month_number,
        coalesce(lives.churn_month_number, lives.last_month_number) as end_month_number,
        count(*) as accounts
    from lives
    inner join account_slices
        on
            lives.account_id = account_slices.account_id
            and account_slices.slice_at = 'start'
            and account_slices.slice_type = 'segment'
            and lives.start_month_number >= account_slices.first_month_number
            and lives.start_month_number <= account_slices.last_month_number
    group by
        account_slices.slice_value,
        lives.start_month_number,
        lives.churn_month_number,
        coalesce(lives.churn_month_number, lives.last_month_number)
),

ages as (
    select
        lives.segment,
        months.month_number,
        months.month_number - lives.start_month_number as months_since_start,
        sum(lives.accounts) as accounts_at_risk,
        sum(case when lives.churn_month_number = months.month_number then lives.accounts else 0 end)
            as churned_accounts
    from lives_by_segment as lives
    inner join months
        on
            lives.start_month_number <= months.month_number
            and lives.end_month_number >= months.month_number
    group by
        lives.segment, months.month_number, months.month_number - lives.start_month_number
),

-- What a month knows of an age: the accounts that had reached it by then.
customer_ages as (
    select
        ages.segment,
        ages.months_since_start,
        sum(ages.accounts_at_risk) as accounts_at_risk,
        sum(ages.churned_accounts) as churned_accounts,
        months.month_start_date
    from ages
    inner join months
        on ages.month_number <= months.month_number
    group by ages.segment, ages.months_since_start, months.month_start_date
)

select * from customer_ages
