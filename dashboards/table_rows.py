"""The body of a table as HTML: ten thousand pages have a million cells, too many for a macro."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from dashboards.formats import shown
from dashboards.marts import Row
from dashboards.tables import Column

SPECIAL = re.compile("[&<>'\"]")
DAYS = frozenset({"day", "moment"})
JOINT = re.compile(r"(?<=[_|./:])")
ADDRESS = re.compile(r"https://|#|(\.\./)?(reports|csm|account)/[\w.-]+\.html$")


def table_rows(columns: Sequence[Column], rows: Sequence[Row]) -> Markup:
    """A `tr` for each row; the first cell is its heading. Every value is escaped."""
    plain = [f"<td{_classes(column)}>" for column in columns]
    coloured = [bool(column.is_number and column.tone) for column in columns]
    lines: list[str] = []
    for row in rows:
        lines.append("<tr>\n")
        for place, column in enumerate(columns):
            if not place:
                wide = ' class="wide"' if column.wide else ""
                lines.append(f'<th scope="row"{wide}>{_cell(column, row)}</th>\n')
                continue
            is_coloured = coloured[place] and row[column.tone]
            opening = f"<td{_classes(column, row[column.tone])}>" if is_coloured else plain[place]
            lines.append(f"{opening}{_cell(column, row)}</td>\n")
        lines.append("</tr>\n")
    return Markup("".join(lines))  # noqa: S704 - each part is escaped above


def escaped(text: str) -> str:
    """The text for HTML, as markupsafe has it; most texts have nothing to escape."""
    return str(escape(text)) if SPECIAL.search(text) else text


def breakable(value: Any) -> Markup:
    """An identifier that a narrow column may break after a joint."""
    return Markup("<wbr>").join(escape(part) for part in JOINT.split(str(value)))


def safe_link(address: Any) -> str:
    """An address that a link may have: a place or report of this site, an https page, else none."""
    text = str(address or "")
    return text if ADDRESS.match(text) else ""


def _classes(column: Column, tone: Any = "") -> str:
    found = []
    if column.is_number:
        found.append("number")
    if column.wide:
        found.append("wide")
    if column.kind in DAYS:
        found.append("day")
    if tone:
        found.append(f"tone {escape(tone)}")
    return f' class="{" ".join(found)}"' if found else ""


def _cell(column: Column, row: Row) -> str:
    value = row[column.key]
    plain = shown(value, column.kind)
    text = escaped(plain)
    address = safe_link(row[column.link]) if column.link else ""
    if address:
        outside = ' rel="noreferrer noopener"' if address.startswith("https") else ""
        text = f'<a href="{escape(address)}"{outside}>{text}</a>'
    elif column.is_number:
        if not _says_all(plain, value, column.kind):
            raw = "" if value is None else escaped(str(value))
            text = f'<span data-value="{raw}">{text}</span>'
    elif column.kind == "code" and value:
        text = f"<code>{breakable(value)}</code>"
    elif column.tone and row[column.tone]:
        text = f'<span class="tone {escape(row[column.tone])}">{text}</span>'
    if column.note and row[column.note]:
        text += f"<br><small>{escaped(str(row[column.note]))}</small>"
    return text


def _says_all(text: str, value: Any, kind: str) -> bool:
    """Whether a script can sort by the text itself."""
    return text == str(value) or (kind == "decimal" and text.replace(".", "", 1).isdigit())
