{{ kept_rows('crm_activities') }}
