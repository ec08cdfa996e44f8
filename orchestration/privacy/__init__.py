"""Personal data: what of it there is, what readers get of it, and how a person is forgotten."""
