with

account_intervals as (
    select * from {{ ref('int_health_account_intervals') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

account_days as (
    select
        account_intervals.account_id,
        account_history.segment,
        {{ label_key('account_history.lifecycle_stage') }} as lifecycle_stage,
        account_history.csm_user_id,
        {{ dbt.datediff('account_intervals.first_customer_date', 'dates.date_day', 'day') }}
            as customer_age_days,
        dates.date_day
    from account_intervals
    inner join dates
        on
            account_intervals.valid_from <= dates.date_day
            and coalesce(account_intervals.valid_to > dates.date_day, true)
    left join account_history
        on
            account_intervals.account_id = account_history.account_id
            and dates.date_day >= account_history.valid_from
            and coalesce(dates.date_day < account_history.valid_to, true)
    where dates.date_day <= {{ as_of_day() }}
)

select * from account_days
