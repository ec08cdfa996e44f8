"""The conductor: lands raw files, runs dbt, judges quality and publishes, under Dagster."""
