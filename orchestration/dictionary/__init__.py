"""The metrics dictionary: definitions with their fingerprints, the reviewed files, the check."""
