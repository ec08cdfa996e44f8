with

arr_intervals as (
    select * from {{ ref('int_arr_intervals') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
)

select
    arr_intervals.account_id,
    arr_intervals.arr_source,
    arr_intervals.record_id,
    arr_intervals.item_id,
    arr_intervals.subscription_id,
    arr_intervals.contract_id,
    arr_intervals.product_id,
    arr_intervals.product_name,
    arr_intervals.plan_name,
    arr_intervals.currency,
    coalesce(plan_fx_rates.rate_source, 'missing') as plan_rate_status,
    cast(arr_intervals.quantity as decimal(18, 4)) as quantity,
    cast(arr_intervals.annual_unit_price as decimal(18, 4)) as annual_unit_price_local,
    cast(arr_intervals.discount_percent as decimal(7, 4)) as discount_percent,
    cast(arr_intervals.plan_rate as decimal(16, 8)) as plan_rate,
    cast(arr_intervals.arr_local as decimal(18, 2)) as arr_local,
    cast(arr_intervals.arr as decimal(18, 2)) as arr,
    arr_intervals.is_late_renewal,
    arr_intervals.valid_from,
    nullif(arr_intervals.valid_to, cast('9999-12-31' as date)) as valid_to
from arr_intervals
left join plan_fx_rates
    on arr_intervals.currency = plan_fx_rates.currency
