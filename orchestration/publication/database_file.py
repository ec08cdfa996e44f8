"""The DuckDB file of a new version: written anew, or a copy of the one before with what changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.privacy.protection import Protection
from orchestration.publication.before import Before
from orchestration.publication.build_state import MARTS
from orchestration.publication.comments import copy_comments
from orchestration.publication.file_copies import copy_file
from orchestration.publication.fingerprints import quoted, row_hash, table_columns
from orchestration.publication.mart_queries import published_rows
from orchestration.publication.parts import Parts, on_days, read_days
from orchestration.publication.versions import WAREHOUSE_FILE, Manifest

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("csops.publication")

STORAGE_VERSION = "v1.0.0"  # every DuckDB driver since 1.0 reads it
COPY = "publication"
MOST_FREE = 0.25
"""A copy with a larger share of free blocks is thrown away and the file written anew."""


class UnfitCopyError(RuntimeError):
    """A changed copy of the version before isn't what is to be published."""


@dataclass(frozen=True)
class Changes:
    """What the version before lacks: marts that go, that are written whole, days of large ones."""

    gone: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    days: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def since(cls, before: Before, new: Manifest, parts: Mapping[str, Parts]) -> Changes:
        """By the fingerprints of both versions, whose policy is the same."""
        found = cls(gone=sorted(before.manifest.tables.keys() - new.tables.keys()))
        for table, now in new.tables.items():
            then = before.manifest.tables.get(table)
            by_day = (before.parts.get(table), parts.get(table))
            if then == now:
                continue
            if then and then.columns == now.columns and (days := _days(*by_day)) is not None:
                found.days[table] = days
            else:
                found.whole.append(table)
        return found


def write_database(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    new: Manifest,
    parts: Mapping[str, Parts],
    protected: Protection,
    before: Before | None,
) -> bool:
    """Write the marts of the build into the new `file`; gives whether it began as a copy.

    It does if there is a version `before`, published under the same policy. A copy that can't be
    read, or isn't what the build's fingerprints promise, is thrown away.
    """
    import duckdb

    if before:
        try:
            _copy_and_change(connection, file, new, parts, protected, before)
        except (duckdb.Error, UnfitCopyError) as error:
            log.warning("the published file is written anew: %s", error)
            for leftover in file.parent.glob(f"{file.name}*"):
                leftover.unlink()
        else:
            return True
    _write_anew(connection, file, new, protected)
    return False


def _write_anew(
    connection: duckdb.DuckDBPyConnection, file: Path, new: Manifest, protected: Protection
) -> None:
    connection.execute(f"attach {_text(str(file))} as {COPY} (storage_version '{STORAGE_VERSION}')")
    try:
        connection.execute(f"create schema {COPY}.{MARTS}")
        _write_whole(connection, new.tables, protected)
        copy_comments(connection, MARTS, COPY)
        _count(connection, new, {})
        connection.execute(f"checkpoint {COPY}")
    finally:
        connection.execute(f"detach {COPY}")
    _no_log_beside(file)


def _copy_and_change(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    new: Manifest,
    parts: Mapping[str, Parts],
    protected: Protection,
    before: Before,
) -> None:
    changes = Changes.since(before, new, parts)
    copy_file(before.folder / WAREHOUSE_FILE, file)
    connection.execute(f"attach {_text(str(file))} as {COPY}")
    try:
        _require_storage_version(connection)
        for table in [*changes.gone, *changes.whole]:
            connection.execute(f"drop table if exists {COPY}.{MARTS}.{quoted(table)}")
        for table, days in changes.days.items():
            condition = on_days(parts[table].column, days)
            connection.execute(f"delete from {COPY}.{MARTS}.{quoted(table)} where {condition}")
        connection.execute(f"checkpoint {COPY}")  # what follows goes into the blocks now free
        _write_whole(connection, changes.whole, protected)
        for table, days in changes.days.items():
            condition = on_days(parts[table].column, days)
            connection.execute(
                f"insert into {COPY}.{MARTS}.{quoted(table)} "
                f"from ({published_rows(table, protected)}) where {condition}"
            )
        copy_comments(connection, MARTS, COPY)
        _count(connection, new, parts)
        columns = table_columns(connection, MARTS)
        for table, days in changes.days.items():
            rows = row_hash(columns[table])
            _compare_days(connection, table, parts[table].column, days, rows, protected)
        connection.execute(f"checkpoint {COPY}")
        _refuse_free_blocks(connection)
    finally:
        connection.execute(f"detach {COPY}")
    _no_log_beside(file)


def _write_whole(
    connection: duckdb.DuckDBPyConnection, names: Iterable[str], protected: Protection
) -> None:
    for table in names:
        target = f"{COPY}.{MARTS}.{quoted(table)}"
        connection.execute(f"create table {target} as {published_rows(table, protected)}")


def _count(
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


def _compare_days(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    days: list[str],
    hashed: str,
    protected: Protection,
) -> None:
    where = f"where {on_days(column, days)}"
    wanted = read_days(
        connection, f"from ({published_rows(table, protected)}) {where}", column, hashed
    )
    target = f"{COPY}.{MARTS}.{quoted(table)}"
    if read_days(connection, f"from {target} {where}", column, hashed) != wanted:
        raise UnfitCopyError(f"{table}: the copy has other rows than the build")


def _days(before: Parts | None, now: Parts | None) -> list[str] | None:
    """The days to write, unless they are most of the mart."""
    if before is None or now is None or before.column != now.column:
        return None
    days = now.changed_since(before)
    rows = sum(now.days[day][0] for day in days if day in now.days)
    return days if 2 * rows < now.total()[0] else None


def _require_storage_version(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        "select tags['storage_version'] from duckdb_databases() where database_name = ?", [COPY]
    ).fetchone()
    if row is None or str(row[0]).removesuffix("+") != STORAGE_VERSION:
        raise UnfitCopyError(f"the version before is stored as {row}, not as {STORAGE_VERSION}")


def _refuse_free_blocks(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        "select free_blocks, total_blocks from pragma_database_size() where database_name = ?",
        [COPY],
    ).fetchone()
    if row is None or row[0] > MOST_FREE * row[1]:
        raise UnfitCopyError(f"too much of the copy is free: {row} of its blocks")


def _no_log_beside(file: Path) -> None:
    leftover = file.with_name(file.name + ".wal")
    if leftover.exists():
        raise RuntimeError(f"{leftover} is left beside the published file")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
