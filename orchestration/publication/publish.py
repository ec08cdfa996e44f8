"""An audited build becomes a new read-only version, and one swap shows it to every reader."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.database import connect
from orchestration.privacy.protection import Protection, digest
from orchestration.publication.before import Before, current
from orchestration.publication.build_state import MARTS, publishable_build
from orchestration.publication.database_file import write_database
from orchestration.publication.fingerprints import Fingerprint, combined, fingerprints
from orchestration.publication.mart_queries import published_rows
from orchestration.publication.parquet_copies import (
    FOLDER,
    export_parquet,
    parquet_files,
    share_parquet,
)
from orchestration.publication.parts import Parts, parts_by_day, write_parts
from orchestration.publication.retention import KEPT_VERSIONS, remove_old_versions
from orchestration.publication.versions import (
    MANIFEST_FILE,
    WAREHOUSE_FILE,
    Manifest,
    intent_file,
    point_to,
    sync_folder,
    versions_folder,
)

if TYPE_CHECKING:
    import duckdb


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
    day_columns: Mapping[str, str] | None = None,
) -> Publication:
    """Publish the marts of the private build file `warehouse` under `published`.

    `protected` says what readers get in place of personal columns; all others are published as is.
    `day_columns` says by which day a mart grows: of a large one only days that changed are written.

    Raises BuildStateError, and changes nothing, unless this very build passed gate and audit.
    The caller holds the home's lock. Readers are never blocked and never see half a version.
    """
    started = time.monotonic()
    protected = protected or {}
    with connect(warehouse) as connection:
        connection.execute("set timezone = 'UTC'")
        parts = parts_by_day(connection, MARTS, day_columns or {})
        known = {table: one.total() for table, one in parts.items()}
        tables = fingerprints(connection, MARTS, known)
        state = publishable_build(connection, combined(tables))
        if not tables:
            raise RuntimeError("there is no mart to publish: the schema `marts` is empty")
        before = current(published)
        policy, unchanged = digest(protected), []
        if before and before.manifest.same_content(state.as_of_date, tables, policy):
            version, is_new = before.manifest.version, False
        else:
            now = datetime.now(UTC)
            version = f"marts_{state.as_of_date}_{now:%Y%m%dT%H%M%S}Z_{state.build_id[:8]}"
            manifest = Manifest(
                version, state.as_of_date, state.build_id, now.isoformat(), tables, policy
            )
            unchanged = _write_version(connection, published, manifest, parts, protected, before)
            is_new = True
    remove_old_versions(published, keep)
    return Publication(
        version=version,
        file=published / "current.duckdb",
        is_new=is_new,
        as_of_date=state.as_of_date,
        tables=tables,
        seconds=time.monotonic() - started,
        unchanged=tuple(unchanged),
    )


def _write_version(
    connection: duckdb.DuckDBPyConnection,
    published: Path,
    manifest: Manifest,
    parts: Mapping[str, Parts],
    protected: Protection,
    before: Before | None,
) -> list[str]:
    """Write a version aside and show it; gives the marts whose Parquet files are of `before`."""
    folder = versions_folder(published)
    partial = folder / f".{manifest.version}.partial"
    (partial / FOLDER).mkdir(parents=True)
    alike = before if before and before.manifest.protection == manifest.protection else None
    try:
        is_copy = write_database(
            connection, partial / WAREHOUSE_FILE, manifest, parts, protected, alike
        )
        files = list(parquet_files(manifest.tables, parts))
        left = share_parquet(connection, partial / FOLDER, alike, manifest.tables, files)
        queries = {table: published_rows(table, protected) for table in manifest.tables}
        export_parquet(connection, partial / FOLDER, left, queries)
        write_parts(partial, parts)
        copied_from = alike.manifest.version if alike and is_copy else ""
        told = replace(manifest, copied_from=copied_from)
        (partial / MANIFEST_FILE).write_text(told.as_text(), encoding="utf-8")
        seal(partial)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    intent_file(published).write_text(manifest.version, encoding="utf-8")
    partial.rename(folder / manifest.version)
    sync_folder(folder)
    point_to(published, manifest.version)
    intent_file(published).unlink()
    return sorted(manifest.tables.keys() - {file.table for file in left})


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
