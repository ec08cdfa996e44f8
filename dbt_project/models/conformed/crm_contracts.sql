{{ kept_rows('crm_contracts') }}
