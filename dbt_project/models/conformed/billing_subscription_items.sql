{% set instead = {
    'valid_to': 'case
            when billing_subscriptions.ended_at < coalesce(known.valid_to, ' ~ as_of_end() ~ ')
                then greatest(billing_subscriptions.ended_at, known.valid_from)
            else known.valid_to
        end',
    'current_period_start': known('known.current_period_start'),
    'current_period_end':
        'case when not ' ~ is_later('known.current_period_start') ~ ' then known.current_period_end end',
} %}

with

known as (

    {{ kept_rows('billing_subscription_items') }}

),

billing_subscriptions as (

    select * from {{ ref('billing_subscriptions') }}

),

-- an item can't outlive its subscription
as_it_stood as (

    select
        {{ conformed_columns('billing_subscription_items', 'known', instead) }}
    from known
    left join billing_subscriptions
        on known.subscription_id = billing_subscriptions.subscription_id

)

select * from as_it_stood
