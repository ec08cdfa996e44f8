"""What a table holds, in one line: how many rows, and a hash that does not mind their order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


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


def fingerprints(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, Fingerprint]:
    """The fingerprint of every table of a schema, by table name, computed where the data is."""
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
    return {table: _fingerprint(connection, schema, table, columns[table]) for table in columns}


def _fingerprint(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: list[tuple[str, str]]
) -> Fingerprint:
    values = ", ".join(quoted(name) for name, _ in columns)
    row = connection.execute(
        f"select count(*), coalesce(sum(hash({values})), 0)::varchar "
        f"from {quoted(schema)}.{quoted(table)}"
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives one row
    return Fingerprint(
        rows=row[0], content=row[1], columns=_digest(f"{name} {kind}" for name, kind in columns)
    )


def combined(parts: Mapping[str, Fingerprint]) -> str:
    """One hash over many fingerprints: it changes when any table, column or row does."""
    return _digest(
        f"{table} {part.rows} {part.content} {part.columns}"
        for table, part in sorted(parts.items())
    )


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
