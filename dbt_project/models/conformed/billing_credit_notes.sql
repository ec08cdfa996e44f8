{{ kept_rows('billing_credit_notes') }}
