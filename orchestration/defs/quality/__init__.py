"""Gate and audit as asset checks."""
