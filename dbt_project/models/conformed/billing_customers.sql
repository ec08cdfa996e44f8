{{ kept_rows('billing_customers') }}
