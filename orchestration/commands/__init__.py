"""One module for each command of `csops`."""
