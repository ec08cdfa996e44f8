{{ kept_rows('product_users') }}
