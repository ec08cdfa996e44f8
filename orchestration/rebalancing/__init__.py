"""Moves of accounts between books of business, proposed by an integer programme."""
