{{ kept_rows('support_csat') }}
