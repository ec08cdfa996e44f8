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

arr_record_months as (
    select
        arr_intervals.account_id,
        arr_intervals.product_id,
        arr_intervals.plan_name,
        months.month_number,
        case spot_fx_rates.rate_status when 'missing' then 2 when 'last_known' then 1 else 0 end
            as spot_rate_fault,
        arr_intervals.arr,
        {{ at_rate('arr_intervals.arr_local', 'spot_fx_rates.spot_rate') }} as arr_spot,
        {{ at_rate('arr_intervals.arr_local', 'spot_fx_rates.next_spot_rate') }}
            as arr_at_next_rate
    from arr_intervals
    inner join months
        on
            arr_intervals.valid_from <= months.state_date
            and arr_intervals.valid_to > months.state_date
    left join spot_fx_rates
        on
            arr_intervals.currency = spot_fx_rates.currency
            and months.month_number = spot_fx_rates.month_number
)

select * from arr_record_months
