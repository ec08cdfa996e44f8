{{ kept_rows('support_tickets') }}
