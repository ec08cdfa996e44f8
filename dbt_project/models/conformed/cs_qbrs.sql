{{ kept_rows('cs_qbrs') }}
