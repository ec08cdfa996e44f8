{{ kept_rows('fx_rates') }}
