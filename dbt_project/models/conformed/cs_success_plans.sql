{{ kept_rows('cs_success_plans') }}
