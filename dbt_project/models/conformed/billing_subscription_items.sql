{{ kept_rows('billing_subscription_items') }}
