{{ kept_rows('support_ticket_events') }}
