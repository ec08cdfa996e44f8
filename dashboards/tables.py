"""A table of a page: what it shows, and the CSV file that holds all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.formats import NUMBERS
from dashboards.marts import Row

SHOWN_ROWS = 200
"""Rows on a page; the CSV file has them all."""


@dataclass(frozen=True)
class Column:
    """A column: its key in the rows, its heading, how to show it, and the metric that it is.

    `link` names the key of an address, `tone` the key of good, fair, poor or blank, `note` the key
    of a second, smaller line; `wide` keeps sentences from becoming towers.
    """

    key: str
    label: str
    kind: str = "text"
    metric: str = ""
    link: str = ""
    tone: str = ""
    note: str = ""
    wide: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right."""
        return self.kind in NUMBERS


@dataclass(frozen=True)
class Table:
    """A captioned table; `name` is its id on the page and its file in `downloads/`.

    A table that many pages have keeps its file in a `folder` of its page there; `root` is the way
    from the page to the site's folder.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    empty: str = "Nothing to show."
    file_only: Sequence[Column] = ()
    limit: int = SHOWN_ROWS
    folder: str = ""
    root: str = ""
    file_when_cut: bool = False

    @property
    def has_file(self) -> bool:
        """Whether there is a file: always, or only when the page doesn't show all rows."""
        return bool(not self.file_when_cut or self.hidden_count)

    @property
    def shown_rows(self) -> Sequence[Row]:
        """The rows on the page."""
        return self.rows[: self.limit]

    @property
    def hidden_count(self) -> int:
        """Rows that only the file has."""
        return max(0, len(self.rows) - self.limit)

    @property
    def file(self) -> str:
        """Its CSV file, relative to the site."""
        return f"downloads/{self.folder}{self.name}.csv"

    def header(self) -> list[str]:
        """The file's header: the headings of the page, then the columns that only the file has."""
        return [column.label for column in (*self.columns, *self.file_only)]

    def cells(self) -> list[list[Any]]:
        """All rows with the values as they are, for the file."""
        columns = (*self.columns, *self.file_only)
        return [[row.get(column.key) for column in columns] for row in self.rows]
