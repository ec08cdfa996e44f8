{{ kept_rows('crm_opportunities') }}
