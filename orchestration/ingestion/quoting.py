"""The only two ways in which a name or a value becomes part of an SQL text."""

from __future__ import annotations

from pathlib import Path


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier; raises ValueError for an empty name or a NUL byte."""
    if not name or "\0" in name:
        raise ValueError(f"{name!r} can't be a name in SQL")
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """`value` as a quoted SQL string; raises ValueError for a NUL byte."""
    if "\0" in value:
        raise ValueError(f"{value!r} can't be a text in SQL")
    return "'" + value.replace("'", "''") + "'"


def relation(schema: str, table: str) -> str:
    """`schema.table`, both quoted."""
    return f"{identifier(schema)}.{identifier(table)}"


def path_literal(path: Path) -> str:
    """A file's path as a quoted SQL string that DuckDB reads as this one file, not as a pattern."""
    text = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
    return literal(text)
