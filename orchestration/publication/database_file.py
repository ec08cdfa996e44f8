"""The DuckDB file of a new version: written anew, or a copy of the one before with what changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.privacy.protection import Protection
from orchestration.publication.before import Before
from orchestration.publication.build_state import MARTS
from orchestration.publication.changes import Changes
from orchestration.publication.comments import copy_comments
from orchestration.publication.copy_checks import (
    COPY,
    STORAGE_VERSION,
    UnfitCopyError,
    compare_days,
    count_rows,
    refuse_free_blocks,
    require_storage_version,
)
from orchestration.publication.file_copies import copy_file
from orchestration.publication.fingerprints import quoted, row_hash, table_columns
from orchestration.publication.mart_queries import published_rows
from orchestration.publication.parts import Parts, on_days
from orchestration.publication.versions import WAREHOUSE_FILE, Manifest

if TYPE_CHECKING:
    import duckdb

log = logging.getLogger("csops.publication")


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
        count_rows(connection, new, {})
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
        require_storage_version(connection)
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
        count_rows(connection, new, parts)
        columns = table_columns(connection, MARTS)
        for table, days in changes.days.items():
            rows = row_hash(columns[table])
            compare_days(connection, table, parts[table].column, days, rows, protected)
        connection.execute(f"checkpoint {COPY}")
        refuse_free_blocks(connection)
    finally:
        connection.execute(f"detach {COPY}")
    _no_log_beside(file)


def _write_whole(
    connection: duckdb.DuckDBPyConnection, names: Iterable[str], protected: Protection
) -> None:
    for table in names:
        target = f"{COPY}.{MARTS}.{quoted(table)}"
        connection.execute(f"create table {target} as {published_rows(table, protected)}")


def _no_log_beside(file: Path) -> None:
    leftover = file.with_name(file.name + ".wal")
    if leftover.exists():
        raise RuntimeError(f"{leftover} is left beside the published file")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
