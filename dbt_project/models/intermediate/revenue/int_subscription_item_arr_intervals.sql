with

item_intervals as (
    select * from {{ ref('int_subscription_item_intervals') }}
),

billing_intervals as (
    select * from {{ ref('billing_intervals') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

-- Exact to the last digit of price, quantity and discount; rounded with the year's amount only.
yearly_amounts as (
    select
        item_intervals.*,
        billing_intervals.periods_per_year,
        plan_fx_rates.plan_rate,
        case
            when item_intervals.is_unpaid or item_intervals.usage_type = 'metered' then 0
            else cast(
                coalesce(item_intervals.unit_amount * item_intervals.quantity, 0)
                as decimal(22, 8)
            )
            * cast(
                1 - item_intervals.discount_percent * cast(0.01 as decimal(3, 2))
                as decimal(9, 6)
            )
            * cast(coalesce(billing_intervals.periods_per_year, 0) as decimal(7, 4))
        end as amount_of_intervals
    from item_intervals
    left join billing_intervals
        on lower(item_intervals.billing_interval) = billing_intervals.billing_interval
    left join plan_fx_rates
        on item_intervals.currency = plan_fx_rates.currency
),

-- A quotient passes through a double; six decimals turn it back before it is rounded to cents.
annualised as (
    select
        yearly_amounts.*,
        case
            when interval_count = 1 then cast(amount_of_intervals as decimal(18, 2))
            else cast(
                cast({{ ratio('amount_of_intervals', 'interval_count') }} as decimal(22, 6))
                as decimal(18, 2)
            )
        end as arr_local
    from yearly_amounts
),

item_arr_intervals as (
    select
        subscription_item_id,
        subscription_id,
        billing_customer_id,
        account_id,
        contract_id,
        price_id,
        product_id,
        product_name,
        plan_name,
        currency,
        seats,
        quantity,
        unit_amount,
        discount_percent,
        arr_local,
        plan_rate,
        cast(arr_local * coalesce(plan_rate, 0) as decimal(18, 2)) as arr_usd,
        is_unpaid,
        periods_per_year is not null as has_known_billing_interval,
        plan_rate is not null as has_known_rate,
        valid_from,
        valid_to
    from annualised
)

select * from item_arr_intervals
