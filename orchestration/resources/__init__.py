"""What steps share: the warehouse, the event log."""
