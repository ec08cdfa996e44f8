"""Models that are fitted on the company's own past."""
