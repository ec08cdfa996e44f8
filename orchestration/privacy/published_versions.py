"""A person is taken out of every published version; readers of the current one see no gap."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from orchestration.ingestion.quoting import path_literal
from orchestration.privacy.classification import PersonalColumn
from orchestration.privacy.erasing import erase_in_database, mentions
from orchestration.privacy.person import Person
from orchestration.privacy.rewriting import rewrite
from orchestration.publication.build_state import MARTS
from orchestration.publication.fingerprints import fingerprints, quoted
from orchestration.publication.publish import STORAGE_VERSION, seal
from orchestration.publication.retention import remove_version
from orchestration.publication.versions import (
    MANIFEST_FILE,
    WAREHOUSE_FILE,
    current_version,
    point_to,
    read_manifest,
    sync_folder,
    versions,
    versions_folder,
)

MARK = "e"
"""Stands at the end of the name of a version that was written anew without somebody."""


def erase_in_versions(
    published: Path, columns: Iterable[PersonalColumn], person: Person, salt: str
) -> dict[str, int]:
    """Replace each version that tells of the person by one that doesn't; changed rows by place.

    The replaced version's folder is gone afterwards. A reader that has it open keeps what it has
    until it closes the file.
    """
    columns, changed = list(columns), {}
    for version in versions(published):
        found = mentions_in_version(published, version, columns, person)
        if found:
            new = _rewritten(published, version, columns, person, salt)
            if current_version(published) == version:
                point_to(published, new)
            remove_version(published, version)
            changed |= {f"{version}: {table}": rows for table, rows in found.items()}
    return changed


def mentions_in_version(
    published: Path, version: str, columns: Iterable[PersonalColumn], person: Person
) -> dict[str, int]:
    """Rows by table of a version that tell of the person, in its database and its Parquet files."""
    import duckdb

    folder = versions_folder(published) / version
    with duckdb.connect(str(folder / WAREHOUSE_FILE), read_only=True) as connection:
        found = mentions(connection, columns, person)
    with duckdb.connect() as connection:
        connection.execute(f"create schema {MARTS}")
        for file in sorted((folder / "parquet").glob("*.parquet")):
            place = f"{MARTS}.{quoted(file.stem)}"
            connection.execute(f"create table {place} as from read_parquet({path_literal(file)})")
            in_file = mentions(connection, columns, person)
            found |= {f"{file.name}": rows for rows in in_file.values()}
            connection.execute(f"drop table {place}")
    return found


def _rewritten(
    published: Path, version: str, columns: list[PersonalColumn], person: Person, salt: str
) -> str:
    import duckdb

    folder = versions_folder(published)
    new = version + MARK
    partial = folder / f".{new}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    draft = partial / "draft" / WAREHOUSE_FILE
    draft.parent.mkdir()
    shutil.copyfile(folder / version / WAREHOUSE_FILE, draft)
    with duckdb.connect(str(draft)) as connection:
        erase_in_database(connection, columns, person, salt)
        parts = fingerprints(connection, MARTS)
        (partial / "parquet").mkdir()
        for table in parts:
            target = path_literal(partial / "parquet" / f"{table}.parquet")
            connection.execute(
                f"copy (from {MARTS}.{quoted(table)}) to {target} "
                "(format parquet, compression zstd)"
            )
    rewrite(draft, partial / WAREHOUSE_FILE, STORAGE_VERSION)
    shutil.rmtree(draft.parent)
    manifest = replace(read_manifest(published, version), version=new, tables=parts)
    (partial / MANIFEST_FILE).write_text(manifest.as_text(), encoding="utf-8")
    seal(partial)
    partial.rename(folder / new)
    sync_folder(folder)
    return new
