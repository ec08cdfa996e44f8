"""The published marts where BI tools can reach them."""
