"""Dated reports of the governance calendar."""
