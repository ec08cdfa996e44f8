"""Audited builds become versions that readers get."""
