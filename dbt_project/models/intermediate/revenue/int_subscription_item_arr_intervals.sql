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

-- What one billing period costs after the recurring discount, in the subscription's currency.
amounts_per_period as (
    select
        item_intervals.*,
        billing_intervals.periods_per_year,
        plan_fx_rates.plan_rate,
        case
            when item_intervals.is_unpaid or item_intervals.usage_type = 'metered'
                then cast(0 as decimal(20, 6))
            else cast(
                cast(
                    coalesce(item_intervals.unit_amount, 0) * coalesce(item_intervals.quantity, 0)
                    as decimal(20, 6)
                )
                * cast(
                    1 - item_intervals.discount_percent * cast(0.01 as decimal(3, 2))
                    as decimal(9, 6)
                )
                as decimal(20, 6)
            )
        end as amount_per_period
    from item_intervals
    left join billing_intervals
        on lower(item_intervals.billing_interval) = billing_intervals.billing_interval
    left join plan_fx_rates
        on item_intervals.currency = plan_fx_rates.currency
),

annualised as (
    select
        amounts_per_period.*,
        -- through six decimals, so that a half cent stays one on its way back from a double
        cast(
            cast(
                {{ ratio('amount_per_period * coalesce(periods_per_year, 0)', 'interval_count') }}
                as decimal(20, 6)
            ) as decimal(18, 2)
        ) as arr_local
    from amounts_per_period
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
