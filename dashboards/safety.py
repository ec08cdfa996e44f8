"""What leaves the site carries no spreadsheet formula and no e-mail address."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
# A local part, an @, and a domain with a dot; also percent-encoded, as in a link.
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
REMOVED = "[e-mail removed]"


def without_email(text: str) -> str:
    """The text with every e-mail address taken out."""
    return EMAIL.sub(REMOVED, text) if "@" in text or "%40" in text else text


def csv_cell(value: Any) -> Any:
    """A value as a spreadsheet may open it: text that would run as a formula gets an apostrophe."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    text = without_email(value)
    if text.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_csv(file: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A CSV file in UTF-8 with one header line; cells as `csv_cell` gives them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(header)
        writer.writerows([csv_cell(value) for value in row] for row in rows)
