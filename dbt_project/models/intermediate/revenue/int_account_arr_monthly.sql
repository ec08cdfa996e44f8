with

arr_plan_months as (
    select * from {{ ref('int_arr_plan_months') }}
),

account_arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

months as (
    select * from {{ ref('int_months') }}
),

account_starts as (
    select
        account_id,
        min(arr_source) as arr_source,
        min(valid_from) as first_arr_date
    from account_arr_intervals
    where arr > 0
    group by account_id
),

account_months as (
    select
        account_id,
        month_number,
        max(spot_rate_fault) as spot_rate_fault,
        sum(arr) as arr,
        sum(arr_spot) as arr_spot,
        sum(arr_at_next_rate) as arr_at_next_rate
    from arr_plan_months
    group by account_id, month_number
),

-- A month is touched by a late renewal when one of its days is restated.
late_months as (
    select
        account_arr_intervals.account_id,
        months.month_number,
        count(*) as gaps
    from account_arr_intervals
    inner join months
        on
            account_arr_intervals.valid_from <= months.state_date
            and account_arr_intervals.valid_to > months.month_start_date
    where account_arr_intervals.is_late_renewal
    group by account_arr_intervals.account_id, months.month_number
),

account_arr_monthly as (
    select
        account_starts.account_id,
        account_starts.arr_source,
        months.month_number,
        coalesce(account_months.spot_rate_fault, 0) as spot_rate_fault,
        cast(coalesce(account_months.arr, 0) as decimal(18, 2)) as closing_arr,
        cast(coalesce(account_months.arr_spot, 0) as decimal(18, 2)) as closing_arr_spot,
        cast(
            coalesce(account_months.arr_at_next_rate, 0) as decimal(18, 2)
        ) as closing_arr_at_next_rate,
        late_months.account_id is not null as is_late_renewal
    from account_starts
    inner join months
        on account_starts.first_arr_date <= months.state_date
    left join account_months
        on
            account_starts.account_id = account_months.account_id
            and months.month_number = account_months.month_number
    left join late_months
        on
            account_starts.account_id = late_months.account_id
            and months.month_number = late_months.month_number
)

select * from account_arr_monthly
