"""One module for each page: what it reads and what it shows."""
