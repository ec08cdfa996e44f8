{{ kept_rows('billing_invoices') }}
