{{ kept_rows('id_map') }}
