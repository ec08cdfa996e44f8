{{ kept_rows('usage_events') }}
