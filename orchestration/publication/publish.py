"""An audited build becomes a new read-only version, and one swap shows it to every reader."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.privacy.protection import Protection, digest
from orchestration.publication.build_state import MARTS, publishable_build
from orchestration.publication.fingerprints import (
    Fingerprint,
    combined,
    fingerprints,
    quoted,
    tables,
)
from orchestration.publication.parquet_copies import (
    FOLDER,
    Before,
    export_parquet,
    share_parquet,
)
from orchestration.publication.retention import KEPT_VERSIONS, remove_old_versions
from orchestration.publication.versions import (
    MANIFEST_FILE,
    WAREHOUSE_FILE,
    Manifest,
    current_version,
    intent_file,
    point_to,
    read_manifest,
    sync_folder,
    versions_folder,
)

if TYPE_CHECKING:
    import duckdb

STORAGE_VERSION = "v1.0.0"  # every DuckDB driver since 1.0 reads it


@dataclass(frozen=True)
class Publication:
    """What a publication did. `is_new` is False when readers already had these very numbers;
    `unchanged` are the marts of a new version whose Parquet files are those of the one before."""

    version: str
    file: Path
    is_new: bool
    as_of_date: date
    tables: dict[str, Fingerprint]
    seconds: float
    unchanged: tuple[str, ...] = ()


def publish(
    warehouse: Path,
    published: Path,
    keep: int = KEPT_VERSIONS,
    protected: Protection | None = None,
) -> Publication:
    """Publish the marts of the private build file `warehouse` under `published`.

    `protected` says what readers get in place of personal columns; all others are published as is.

    Raises BuildStateError, and changes nothing, unless this very build passed gate and audit.
    The caller holds the home's lock. Readers are never blocked and never see half a version.
    """
    import duckdb

    started = time.monotonic()
    protected = protected or {}
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set timezone = 'UTC'")
        parts = fingerprints(connection, MARTS)
        state = publishable_build(connection, combined(parts))
        if not parts:
            raise RuntimeError("there is no mart to publish: the schema `marts` is empty")
        before = _current(published)
        unchanged: list[str] = []
        if before and before.manifest.same_content(state.as_of_date, parts, digest(protected)):
            version, is_new = before.manifest.version, False
        else:
            now = datetime.now(UTC)
            version = f"marts_{state.as_of_date}_{now:%Y%m%dT%H%M%S}Z_{state.build_id[:8]}"
            manifest = Manifest(
                version, state.as_of_date, state.build_id, now.isoformat(), parts, digest(protected)
            )
            unchanged = _write_version(connection, published, manifest, protected, before)
            is_new = True
    remove_old_versions(published, keep)
    return Publication(
        version=version,
        file=published / "current.duckdb",
        is_new=is_new,
        as_of_date=state.as_of_date,
        tables=parts,
        seconds=time.monotonic() - started,
        unchanged=tuple(unchanged),
    )


def _current(published: Path) -> Before | None:
    """The version that readers have now, if it is whole."""
    version = current_version(published)
    if version is None:
        return None
    try:
        found = Before.of(published, read_manifest(published, version))
    except (OSError, ValueError, KeyError):
        return None
    return found if (found.folder / WAREHOUSE_FILE).is_file() else None


def _write_version(
    connection: duckdb.DuckDBPyConnection,
    published: Path,
    manifest: Manifest,
    protected: Protection,
    before: Before | None,
) -> list[str]:
    """Write a version aside and show it; gives the marts whose Parquet file is that of `before`."""
    folder = versions_folder(published)
    partial = folder / f".{manifest.version}.partial"
    (partial / FOLDER).mkdir(parents=True)
    try:
        _copy_marts(connection, partial / WAREHOUSE_FILE, manifest.tables, protected)
        shared = share_parquet(connection, partial / FOLDER, before, manifest)
        queries = [(table, _published(table, protected)) for table in manifest.tables]
        rest = [(table, query) for table, query in queries if table not in shared]
        export_parquet(connection, partial / FOLDER, rest)
        (partial / MANIFEST_FILE).write_text(manifest.as_text(), encoding="utf-8")
        seal(partial)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    intent_file(published).write_text(manifest.version, encoding="utf-8")
    partial.rename(folder / manifest.version)
    sync_folder(folder)
    point_to(published, manifest.version)
    intent_file(published).unlink()
    return shared


def _copy_marts(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    parts: dict[str, Fingerprint],
    protected: Protection,
) -> None:
    connection.execute(
        f"attach {_text(str(file))} as publication (storage_version '{STORAGE_VERSION}')"
    )
    try:
        connection.execute(f"create schema publication.{MARTS}")
        for table, part in parts.items():
            target = f"publication.{MARTS}.{quoted(table)}"
            connection.execute(f"create table {target} as {_published(table, protected)}")
            row = connection.execute(f"select count(*) from {target}").fetchone()
            if row is None or row[0] != part.rows:
                raise RuntimeError(f"{table}: {row} rows were written instead of {part.rows}")
        _copy_comments(connection)
        connection.execute("checkpoint publication")
    finally:
        connection.execute("detach publication")
    leftover = file.with_name(file.name + ".wal")
    if leftover.exists():
        raise RuntimeError(f"{leftover} is left beside the published file")


def _published(table: str, protected: Protection) -> str:
    """The query that gives what readers get of a mart."""
    replaced = ", ".join(
        f"{value} as {quoted(column)}" for (of, column), value in protected.items() if of == table
    )
    columns = f"* replace ({replaced})" if replaced else "*"
    return f"select {columns} from {MARTS}.{quoted(table)}"


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    about_tables = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = current_database() "
        "and schema_name = ? and comment is not null",
        [MARTS],
    ).fetchall()
    about_columns = connection.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where database_name = current_database() and schema_name = ? and comment is not null",
        [MARTS],
    ).fetchall()
    known = set(tables(connection, MARTS))
    for table, comment in about_tables:
        connection.execute(
            f"comment on table publication.{MARTS}.{quoted(table)} is {_text(comment)}"
        )
    for table, column, comment in about_columns:
        if table in known:
            connection.execute(
                f"comment on column publication.{MARTS}.{quoted(table)}.{quoted(column)} "
                f"is {_text(comment)}"
            )


def seal(folder: Path) -> None:
    """Flush every file to disk, forbid writing to it, then flush the folders."""
    for file in folder.rglob("*"):
        if file.is_file():
            descriptor = os.open(file, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            file.chmod(0o444)
    for inner in [path for path in folder.rglob("*") if path.is_dir()]:
        sync_folder(inner)
    sync_folder(folder)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
