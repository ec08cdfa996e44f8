"""The static site of a home: pages made from the published marts, and nothing else."""
