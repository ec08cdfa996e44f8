"""The header line of a CSV file: its delimiter, and which field is which column, by name."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.source_tables import METADATA_COLUMNS, SourceTable

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True)
class Layout:
    """Where each column is: `positions` by declared name, `unknown` by the name it lands under."""

    delimiter: str
    width: int
    positions: dict[str, int]
    unknown: dict[str, int]
    missing: tuple[str, ...]


def layout(name: str, header: bytes, table: SourceTable) -> Layout:
    """The layout that a header line gives; raises LandingError where it can't be the table's."""
    try:
        text = header.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise LandingError(name, "its first line is not UTF-8", "Export it as UTF-8.") from error
    if any(unicodedata.category(letter) == "Cc" and letter != "\t" for letter in text):
        message = "its first line has control characters: it is a binary file or has no header"
        raise LandingError(name, message, "Export it as CSV with a header line.")
    if not text.strip():
        raise LandingError(name, "its first line is empty", "The header must be the first line.")
    delimiter = table.delimiter or _delimiter(name, text, table)
    return matched(name, _fields(name, text, delimiter), table, delimiter)


def matched(name: str, fields: Sequence[str], table: SourceTable, delimiter: str = ",") -> Layout:
    """The layout of a file with these field names; raises LandingError for what doesn't fit."""
    known = {column.name.lower(): column.name for column in table.columns}
    positions: dict[str, int] = {}
    unknown: dict[str, int] = {}
    for position, field in enumerate(fields):
        folded = field.strip().lower()
        if folded in known:
            if known[folded] in positions:
                remedy = "Leave one of the two out."
                raise LandingError(name, "is in the header twice", remedy, known[folded])
            positions[known[folded]] = position
        else:
            unknown[_landing_name(folded, position, {*known, *unknown})] = position
    missing = tuple(c.name for c in table.columns if c.name not in positions)
    if not positions:
        message = f"none of its columns is known: {_shown(fields)}"
        remedy = f"The first line must name the columns of {table.system}.{table.name}: "
        raise LandingError(name, message, remedy + _shown([c.name for c in table.columns]) + ".")
    for column in table.required_columns:
        if column in missing:
            close = get_close_matches(column, list(unknown), n=1, cutoff=0.5)
            message = "is required and missing" + (f"; renamed to {close[0]!r}?" if close else "")
            remedy = f"Export it under its name. The file has: {_shown(fields)}."
            raise LandingError(name, message, remedy, column)
    return Layout(delimiter, len(fields), positions, unknown, missing)


def _landing_name(folded: str, position: int, taken: set[str]) -> str:
    name = "".join(letter for letter in folded if letter.isprintable())
    name = name or f"unnamed_{position + 1}"
    if name in METADATA_COLUMNS:
        name = f"file_{name}"
    while name in taken:
        name = f"{name}_{position + 1}"
    return name


def _delimiter(name: str, header: str, table: SourceTable) -> str:
    known = {column.name.lower() for column in table.columns}
    fields = {one: next(csv.reader([header], delimiter=one)) for one in DELIMITERS}
    scores = {
        delimiter: sum(name.strip().lower() in known for name in names)
        for delimiter, names in fields.items()
    }
    best = max(scores.values())
    winners = [delimiter for delimiter, score in scores.items() if score == best]
    if best == 0 or len(winners) == 1 or len(table.columns) == 1:
        return winners[0]
    message = f"its delimiter is ambiguous ({' or '.join(NAMES[one] for one in winners)})"
    raise LandingError(name, message, "Declare it: delimiter: ';'.")


def _fields(name: str, header: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([header], delimiter=delimiter, strict=True))
    except csv.Error as error:
        message = f"its header line can't be read: {error}"
        raise LandingError(name, message, "Column names must not have line breaks.") from error


def _shown(names: Sequence[str]) -> str:
    shown = ", ".join(name.strip()[:40] for name in names[:12])
    return shown + (f" and {len(names) - 12} more" if len(names) > 12 else "")
