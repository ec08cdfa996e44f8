with

account_arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

-- A month is judged at its last day, the month under way at the as-of day.
months as (
    select
        month_start_date,
        max(date_day) as state_date,
        max(month_end_date) as month_end_date
    from dates
    where date_day <= {{ as_of_day() }}
    group by month_start_date
),

month_states as (
    select
        account_arr_intervals.account_id,
        account_arr_intervals.arr_source,
        account_arr_intervals.arr as closing_arr,
        account_arr_intervals.recorded_arr as recorded_closing_arr,
        months.state_date = months.month_end_date as is_month_complete,
        months.month_start_date,
        months.state_date
    from account_arr_intervals
    inner join months
        on
            account_arr_intervals.valid_from <= months.state_date
            and (
                account_arr_intervals.valid_to > months.state_date
                or account_arr_intervals.valid_to is null
            )
),

late_renewals as (
    select
        account_arr_intervals.account_id,
        months.month_start_date,
        count(*) as gaps
    from account_arr_intervals
    inner join months
        on
            account_arr_intervals.valid_from <= months.state_date
            and account_arr_intervals.valid_to >= months.month_start_date
    where account_arr_intervals.is_late_renewal
    group by account_arr_intervals.account_id, months.month_start_date
),

account_arr_monthly as (
    select
        month_states.account_id,
        month_states.arr_source,
        month_states.closing_arr,
        month_states.recorded_closing_arr,
        late_renewals.account_id is not null as is_late_renewal,
        month_states.is_month_complete,
        month_states.month_start_date,
        month_states.state_date
    from month_states
    left join late_renewals
        on
            month_states.account_id = late_renewals.account_id
            and month_states.month_start_date = late_renewals.month_start_date
)

select * from account_arr_monthly
