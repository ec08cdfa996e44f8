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
yearly_prices as (
    select
        item_intervals.*,
        billing_intervals.periods_per_year,
        plan_fx_rates.plan_rate,
        case
            when item_intervals.is_unpaid or item_intervals.usage_type = 'metered' then 0
            else cast(coalesce(item_intervals.unit_amount, 0) as decimal(22, 4))
            * cast(
                1 - item_intervals.discount_percent * cast(0.01 as decimal(3, 2))
                as decimal(9, 6)
            )
            * cast(coalesce(billing_intervals.periods_per_year, 0) as decimal(7, 4))
        end as unit_price_of_intervals
    from item_intervals
    left join billing_intervals
        on lower(item_intervals.billing_interval) = billing_intervals.billing_interval
    left join plan_fx_rates
        on item_intervals.currency = plan_fx_rates.currency
),

-- A quotient passes through a double; the cast after it turns it back before cents are made.
annualised as (
    select
        yearly_prices.*,
        case
            when interval_count = 1 then cast(unit_price_of_intervals as decimal(30, 12))
            else coalesce(
                cast(
                    {{ ratio('unit_price_of_intervals', 'interval_count') }} as decimal(30, 12)
                ), 0
            )
        end as annual_unit_price,
        case
            when interval_count = 1
                then cast(unit_price_of_intervals * quantity as decimal(18, 2))
            else coalesce(
                cast(
                    cast(
                        {{ ratio('unit_price_of_intervals * quantity', 'interval_count') }}
                        as decimal(22, 6)
                    ) as decimal(18, 2)
                ), 0
            )
        end as arr_local
    from yearly_prices
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
        annual_unit_price,
        arr_local,
        plan_rate,
        {{ at_rate('arr_local', 'plan_rate') }} as arr,
        is_unpaid,
        periods_per_year is not null as has_known_billing_interval,
        plan_rate is not null as has_known_rate,
        valid_from,
        valid_to
    from annualised
)

select * from item_arr_intervals
