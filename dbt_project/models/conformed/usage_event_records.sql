{{ first_deliveries('usage_events') }}
