{{ kept_rows('cs_surveys') }}
