"""Landing: files of any company into raw tables, every line accounted for."""
