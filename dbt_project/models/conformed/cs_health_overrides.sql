{{ kept_rows('cs_health_overrides') }}
