"""The one error that landing raises about a file: which file, which column, what to do."""

from __future__ import annotations


class LandingError(ValueError):
    """A file or table was refused whole; what had landed before is untouched."""

    def __init__(self, where: str, message: str, remedy: str, column: str | None = None) -> None:
        """Keep the parts for reports and say them in one line."""
        self.where = where
        self.message = message
        self.remedy = remedy
        self.column = column
        subject = f"{where}, column {column!r}" if column else where
        super().__init__(f"{subject}: {message}. {remedy}")
