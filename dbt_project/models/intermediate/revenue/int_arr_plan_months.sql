with

arr_intervals as (
    select * from {{ ref('int_arr_intervals') }}
),

months as (
    select * from {{ ref('int_months') }}
),

spot_fx_rates as (
    select * from {{ ref('int_spot_fx_rates') }}
),

-- One row per record that stands at a month's end: what every monthly amount is a sum of.
month_ends as (
    select
        arr_intervals.account_id,
        arr_intervals.product_id,
        arr_intervals.plan_name,
        arr_intervals.currency,
        arr_intervals.arr_local,
        arr_intervals.arr,
        months.month_number
    from arr_intervals
    inner join months
        on
            arr_intervals.valid_from <= months.state_date
            and arr_intervals.valid_to > months.state_date
),

arr_plan_months as (
    select
        month_ends.account_id,
        month_ends.product_id,
        month_ends.plan_name,
        month_ends.month_number,
        max(
            case spot_fx_rates.rate_status when 'missing' then 2 when 'last_known' then 1 else 0 end
        ) as spot_rate_fault,
        cast(sum(month_ends.arr) as decimal(18, 2)) as arr,
        cast(
            sum({{ at_rate('month_ends.arr_local', 'spot_fx_rates.spot_rate') }})
            as decimal(18, 2)
        ) as arr_spot,
        cast(
            sum({{ at_rate('month_ends.arr_local', 'spot_fx_rates.next_spot_rate') }})
            as decimal(18, 2)
        ) as arr_at_next_rate
    from month_ends
    left join spot_fx_rates
        on
            month_ends.currency = spot_fx_rates.currency
            and month_ends.month_number = spot_fx_rates.month_number
    group by
        month_ends.account_id,
        month_ends.product_id,
        month_ends.plan_name,
        month_ends.month_number
)

select * from arr_plan_months
