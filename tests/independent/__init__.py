"""The revenue numbers written a second time, from the words of docs/revenue.md alone."""
