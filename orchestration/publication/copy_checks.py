"""Whether a changed copy of the version before is what is to be published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orchestration.privacy.protection import Protection
from orchestration.publication.build_state import MARTS
from orchestration.publication.fingerprints import quoted
from orchestration.publication.mart_queries import published_rows
from orchestration.publication.parts import Parts, on_days, read_days
from orchestration.publication.versions import Manifest

if TYPE_CHECKING:
    import duckdb

COPY = "publication"
STORAGE_VERSION = "v1.0.0"  # every DuckDB driver since 1.0 reads it
MOST_FREE = 0.25
"""A copy with a larger share of free blocks is thrown away and the file written anew."""


class UnfitCopyError(RuntimeError):
    """A changed copy of the version before isn't what is to be published."""


def count_rows(
    connection: duckdb.DuckDBPyConnection, new: Manifest, parts: Mapping[str, Parts]
) -> None:
    """Every mart has the rows that the manifest promises; one with parts has them on each day."""
    for table, promised in new.tables.items():
        place = f"{COPY}.{MARTS}.{quoted(table)}"
        if by_day := parts.get(table):
            found = read_days(connection, f"from {place}", by_day.column, "0")
            if {day: rows for day, (rows, _) in found.items()} != {
                day: rows for day, (rows, _) in by_day.days.items()
            }:
                raise UnfitCopyError(f"{table}: rows of some day are missing or too many")
            continue
        row = connection.execute(f"select count(*) from {place}").fetchone()
        if row is None or row[0] != promised.rows:
            raise UnfitCopyError(f"{table}: {row} rows were written instead of {promised.rows}")


def compare_days(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    days: list[str],
    hashed: str,
    protected: Protection,
) -> None:
    """The days that were written hold what readers get of the build's; `hashed` is of a row."""
    where = f"where {on_days(column, days)}"
    wanted = read_days(
        connection, f"from ({published_rows(table, protected)}) {where}", column, hashed
    )
    target = f"{COPY}.{MARTS}.{quoted(table)}"
    if read_days(connection, f"from {target} {where}", column, hashed) != wanted:
        raise UnfitCopyError(f"{table}: the copy has other rows than the build")


def require_storage_version(connection: duckdb.DuckDBPyConnection) -> None:
    """A file keeps the format in which it began."""
    row = connection.execute(
        "select tags['storage_version'] from duckdb_databases() where database_name = ?", [COPY]
    ).fetchone()
    if row is None or str(row[0]).removesuffix("+") != STORAGE_VERSION:
        raise UnfitCopyError(f"the version before is stored as {row}, not as {STORAGE_VERSION}")


def refuse_free_blocks(connection: duckdb.DuckDBPyConnection) -> None:
    """What lies free in a file is copied each day."""
    row = connection.execute(
        "select free_blocks, total_blocks from pragma_database_size() where database_name = ?",
        [COPY],
    ).fetchone()
    if row is None or row[0] > MOST_FREE * row[1]:
        raise UnfitCopyError(f"too much of the copy is free: {row} of its blocks")
