{{ resolved_records('usage_events') }}
