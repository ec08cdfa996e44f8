"""All Dagster definitions, one folder for each kind of work."""
