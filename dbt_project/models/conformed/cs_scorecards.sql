{{ kept_rows('cs_scorecards') }}
