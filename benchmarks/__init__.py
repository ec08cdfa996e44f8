"""How fast the project is, and how to measure it again."""
