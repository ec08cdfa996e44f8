"""Raw tables that a sources file declares itself: files, columns, types, formats, keys."""

from __future__ import annotations

import re
from typing import Any

from orchestration.ingestion.checks import check_keys, checked_delimiter, checked_pattern
from orchestration.ingestion.problems import Problem, did_you_mean
from orchestration.ingestion.source_tables import Column, SourceTable, canonical_type

TABLE_KEYS = {"file", "delimiter", "primary_key", "cursor", "columns", "description"}
COLUMN_KEYS = {"type", "format", "required", "decimal_comma"}
TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")
DATE_FORMAT = re.compile(r"(%[YymdjbBaAHIMSfpzZ-]|%-[mdHIMS]|[ .,:/TZ_()-])+")


def mapping_of(value: Any, where: str, problems: list[Problem]) -> dict[Any, Any]:
    """The value, if it is a mapping with keys; else an empty one and a problem."""
    if isinstance(value, dict) and value:
        return value
    problems.append(Problem(where, "is missing or has no keys", "See docs/sources.md."))
    return {}


def declared_table(
    system: str, name: str, entry: Any, where: str, problems: list[Problem]
) -> SourceTable | None:
    """The raw table that an entry under `tables` declares; None where that can't be told."""
    if not TABLE_NAME.fullmatch(name) or "__" in name:
        problems.append(Problem(where, "not a name for a table", "Use a-z, 0-9 and single _."))
        return None
    entry = mapping_of(entry, where, problems)
    check_keys(entry, TABLE_KEYS, f"{where}.", problems)
    columns = tuple(
        column
        for key, value in mapping_of(entry.get("columns"), f"{where}.columns", problems).items()
        if (column := _column(str(key), value, f"{where}.columns.{key}", problems))
    )
    names = {column.name for column in columns}
    keys = entry.get("primary_key") or []
    keys = [keys] if isinstance(keys, str) else keys
    for key in [*keys, *filter(None, [entry.get("cursor")])]:
        if key not in names:
            remedy = did_you_mean(key, names)
            problems.append(Problem(f"{where}.primary_key", f"no column {key!r}", remedy))
    return SourceTable(
        system=system,
        name=name,
        columns=columns,
        primary_key=tuple(keys),
        cursor=entry.get("cursor"),
        file=checked_pattern(entry.get("file"), f"{where}.file", problems),
        delimiter=checked_delimiter(entry.get("delimiter"), f"{where}.delimiter", problems),
        description=str(entry.get("description", "")),
    )


def _column(name: str, value: Any, where: str, problems: list[Problem]) -> Column | None:
    if name.startswith("_"):
        remedy = "Leave it out: it lands by itself under another name."
        problems.append(Problem(where, "names with a leading _ belong to landing", remedy))
        return None
    details = value if isinstance(value, dict) else {"type": value}
    check_keys(details, COLUMN_KEYS, f"{where}.", problems)
    text = str(details.get("type", "varchar"))
    try:
        data_type = canonical_type(text.removesuffix("!"))
    except ValueError as error:
        problems.append(Problem(where, str(error), "A final ! marks a column that must be there."))
        return None
    return Column(
        name=name,
        data_type=data_type,
        required=text.endswith("!") or bool(details.get("required", False)),
        date_format=checked_date_format(
            details.get("format"), data_type, f"{where}.format", problems
        ),
        decimal_comma=bool(details.get("decimal_comma", False)),
    )


def checked_date_format(
    value: Any, data_type: str, where: str, problems: list[Problem]
) -> str | None:
    """A strptime format for a date or timestamp, allow-listed letter by letter."""
    if value is None:
        return None
    if data_type not in ("date", "timestamp"):
        problems.append(Problem(where, f"a {data_type} has no format", "Take the format out."))
    elif not isinstance(value, str) or "%" not in value or not DATE_FORMAT.fullmatch(value):
        remedy = "Write it like %d/%m/%Y or %Y-%m-%d %H:%M:%S."
        problems.append(Problem(where, f"{value!r} is not a date format", remedy))
    else:
        return value
    return None
