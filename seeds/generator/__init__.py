"""Makes a believable B2B software company in the raw shapes of its source systems."""
