{{ kept_rows('support_organizations') }}
