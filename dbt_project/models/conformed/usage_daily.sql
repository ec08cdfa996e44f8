{{ kept_rows('usage_daily') }}
