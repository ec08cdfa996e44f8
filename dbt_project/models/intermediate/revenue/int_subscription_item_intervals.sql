{%- set open_end = "cast('9999-12-31' as date)" -%}

with

subscription_items as (
    select * from {{ ref('billing_subscription_items') }}
),

subscriptions as (
    select * from {{ ref('billing_subscriptions') }}
),

customers as (
    select * from {{ ref('billing_customers') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

-- An item stands until its next version, its subscription's end or its cancellation.
bounded_items as (
    select
        subscription_items.*,
        subscriptions.billing_customer_id,
        subscriptions.currency,
        subscriptions.status as subscription_status,
        account_survivors.surviving_account_id as account_id,
        cast(subscriptions.trial_end as date) as trial_end_date,
        greatest(
            cast(subscription_items.valid_from as date),
            coalesce(
                cast(subscriptions.started_at as date), cast(subscription_items.valid_from as date)
            )
        ) as start_date,
        least(
            coalesce(cast(subscription_items.valid_to as date), {{ open_end }}),
            coalesce(cast(subscriptions.ended_at as date), {{ open_end }}),
            coalesce(cast(subscriptions.cancel_at as date), {{ open_end }})
        ) as end_date
    from subscription_items
    left join subscriptions
        on subscription_items.subscription_id = subscriptions.subscription_id
    left join customers
        on subscriptions.billing_customer_id = customers.billing_customer_id
    left join account_survivors
        on customers.account_id = account_survivors.account_id
),

-- The days before the trial's end; without that day, an item marked as a trial is one throughout.
items_with_paid_start as (
    select
        bounded_items.*,
        case
            when coalesce(is_trial, false) and coalesce(trial_end_date, start_date) <= start_date
                then end_date
            when coalesce(trial_end_date, start_date) > start_date
                then least(trial_end_date, end_date)
            else start_date
        end as paid_start_date
    from bounded_items
    where
        start_date < end_date
        and lower(coalesce(subscription_status, 'active'))
        not in ('incomplete', 'incomplete_expired')
),

pieces as (
    select
        items_with_paid_start.*,
        start_date as piece_start_date,
        paid_start_date as piece_end_date,
        true as is_unpaid
    from items_with_paid_start
    where start_date < paid_start_date
    union all
    select
        items_with_paid_start.*,
        paid_start_date as piece_start_date,
        end_date as piece_end_date,
        false as is_unpaid
    from items_with_paid_start
    where paid_start_date < end_date
),

item_intervals as (
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
        billing_interval,
        lower(coalesce(usage_type, 'licensed')) as usage_type,
        interval_count,
        seats,
        coalesce(quantity, 1) as quantity,
        unit_amount,
        coalesce(discount_percent, 0) as discount_percent,
        is_unpaid,
        piece_start_date as valid_from,
        nullif(piece_end_date, {{ open_end }}) as valid_to
    from pieces
)

select * from item_intervals
