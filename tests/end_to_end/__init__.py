"""Runs of the whole, as people start them."""
