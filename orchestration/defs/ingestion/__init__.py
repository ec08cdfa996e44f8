"""Raw and mapped tables as assets."""
