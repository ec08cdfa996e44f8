{{ kept_rows('cs_ctas') }}
