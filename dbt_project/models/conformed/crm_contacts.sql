{{ kept_rows('crm_contacts') }}
