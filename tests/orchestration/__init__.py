"""How runs are conducted, recorded, published and recovered."""
