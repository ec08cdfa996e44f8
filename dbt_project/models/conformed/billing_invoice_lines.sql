{{ kept_rows('billing_invoice_lines') }}
