{{ kept_rows('crm_account_changes') }}
