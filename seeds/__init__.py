"""The sample company: its generator, its raw files, and the reference tables."""
