with

dates as (
    select * from {{ ref('dim_dates') }}
),

qbr_cadence as (
    select * from {{ ref('qbr_cadence') }}
),

account_arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

cadence_periods as (
    select
        qbr_cadence.segment,
        qbr_cadence.grace_days,
        cast(
            {{ dbt.dateadd('month', '1 - qbr_cadence.months_between', 'dates.month_start_date') }}
            as date
        ) as period_start_date,
        dates.date_day as period_end_date
    from dates
    cross join qbr_cadence
    where
        dates.is_month_end
        and mod(dates.month_number, qbr_cadence.months_between) = 0
),

periods as (
    select
        cadence_periods.*,
        least(period_end_date, {{ as_of_day() }}) as state_date
    from cadence_periods
    where period_start_date <= {{ as_of_day() }}
),

-- A review is owed by who pays and is in the segment at the end, and was a customer at the start.
account_periods as (
    select
        account_arr_intervals.account_id,
        account_history.csm_user_id,
        periods.segment,
        account_history.region,
        hr_employees.team,
        periods.grace_days,
        periods.period_start_date,
        periods.period_end_date
    from periods
    inner join account_arr_intervals
        on
            account_arr_intervals.arr > 0
            and periods.state_date >= account_arr_intervals.valid_from
            and coalesce(periods.state_date < account_arr_intervals.valid_to, true)
    inner join accounts
        on
            account_arr_intervals.account_id = accounts.account_id
            and periods.period_start_date >= accounts.first_customer_date
    inner join account_history
        on
            account_arr_intervals.account_id = account_history.account_id
            and periods.segment = account_history.segment
            and periods.state_date >= account_history.valid_from
            and coalesce(periods.state_date < account_history.valid_to, true)
    left join hr_employees
        on account_history.csm_user_id = hr_employees.user_id
)

select * from account_periods
