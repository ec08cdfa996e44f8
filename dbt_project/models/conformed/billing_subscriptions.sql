{{ kept_rows('billing_subscriptions') }}
