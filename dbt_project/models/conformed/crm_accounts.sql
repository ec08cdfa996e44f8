{{ kept_rows('crm_accounts') }}
