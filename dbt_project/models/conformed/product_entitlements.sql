{{ kept_rows('product_entitlements') }}
