"""What a table holds, in one line: how many rows, and a hash that does not mind their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


Day = tuple[int, str]
"""Rows of a table or of one of its days, and the sum of their hashes."""


@dataclass(frozen=True)
class Fingerprint:
    """A table's content: row count, sum of its rows' hashes, hash of its columns and types."""

    rows: int
    content: str
    columns: str

    def as_json(self) -> dict[str, int | str]:
        """The fingerprint as plain JSON values."""
        return asdict(self)


def quoted(name: str) -> str:
    """A name as an SQL identifier, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    """Every table and view of a schema of the connection's own database, in order of name."""
    return [
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = current_database() and table_schema = ? order by 1",
            [schema],
        ).fetchall()
    ]


def table_columns(
    connection: duckdb.DuckDBPyConnection, schema: str
) -> dict[str, list[tuple[str, str]]]:
    """Names and types of the columns of every table of a schema, in order."""
    # One question for the columns of all tables: asked for each, it costs more than the hashes.
    found = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns "
        "where table_catalog = current_database() and table_schema = ? "
        "order by table_name, ordinal_position",
        [schema],
    ).fetchall()
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind in found:
        columns.setdefault(table, []).append((name, kind))
    return columns


def row_hash(columns: Iterable[tuple[str, str]]) -> str:
    """The expression that hashes a row."""
    return f"hash({', '.join(quoted(name) for name, _ in columns)})"


def fingerprints(
    connection: duckdb.DuckDBPyConnection, schema: str, known: Mapping[str, Day] | None = None
) -> dict[str, Fingerprint]:
    """The fingerprint of every table of a schema, by table name, computed where the data is.

    `known` are tables whose rows were counted and hashed already.
    """
    columns = table_columns(connection, schema)
    found = {}
    for table, names in columns.items():
        rows, content = (known or {}).get(table) or _content(connection, schema, table, names)
        kinds = _digest(f"{name} {kind}" for name, kind in names)
        found[table] = Fingerprint(rows, content, kinds)
    return found


def _content(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: list[tuple[str, str]]
) -> Day:
    row = connection.execute(
        f"select count(*), coalesce(sum({row_hash(columns)}), 0)::varchar "
        f"from {quoted(schema)}.{quoted(table)}"
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one row
    return row[0], row[1]


def combined(parts: Mapping[str, Fingerprint]) -> str:
    """One hash over many fingerprints: it changes when any table, column or row does."""
    return _digest(
        f"{table} {part.rows} {part.content} {part.columns}"
        for table, part in sorted(parts.items())
    )


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
