{{ kept_rows('cs_programme_touches') }}
