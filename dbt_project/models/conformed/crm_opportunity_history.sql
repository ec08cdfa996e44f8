{{ kept_rows('crm_opportunity_history') }}
