{{ kept_rows('cs_escalations') }}
