"""A person is taken out of every published version; readers of the current one see no gap."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from orchestration.database import connect
from orchestration.ingestion.quoting import path_literal
from orchestration.privacy.classification import PersonalColumn
from orchestration.privacy.erasing import erase_in_database, mentions
from orchestration.privacy.person import Person
from orchestration.privacy.rewriting import rewrite
from orchestration.publication.build_state import MARTS
from orchestration.publication.copy_checks import STORAGE_VERSION
from orchestration.publication.file_copies import link_or_copy
from orchestration.publication.fingerprints import fingerprints, quoted
from orchestration.publication.parquet_copies import FOLDER, export_parquet, parquet_files
from orchestration.publication.parts import parts_by_day, read_parts, write_parts
from orchestration.publication.publish import seal
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

    A version whose database began as a copy is written anew though no row of it tells of them: it
    may hold rows of older versions where no query looks. The replaced version's folder is gone
    afterwards. A reader that has it open keeps what it has until it closes the file.
    """
    columns, changed = list(columns), {}
    for version in versions(published):
        if (versions_folder(published) / (version + MARK)).is_dir():
            _replace(published, version, version + MARK)  # what a kill left undone
            continue
        found = mentions_in_version(published, version, columns, person)
        if found or may_hold_more(published, version):
            new = _rewritten(published, version, columns, person, salt, bool(found))
            _replace(published, version, new)
            changed |= {f"{version}: {table}": rows for table, rows in found.items()}
    return changed


def _replace(published: Path, version: str, new: str) -> None:
    """Readers of the version get the new one from now on."""
    if current_version(published) == version:
        point_to(published, new)
    remove_version(published, version)


def may_hold_more(published: Path, version: str) -> bool:
    """Whether the version's file may hold rows in its blocks that no query shows."""
    return bool(read_manifest(published, version).copied_from)


def mentions_in_version(
    published: Path, version: str, columns: Iterable[PersonalColumn], person: Person
) -> dict[str, int]:
    """Rows by table of a version that tell of the person, in its database and its Parquet files."""
    folder, columns = versions_folder(published) / version, list(columns)
    with connect(folder / WAREHOUSE_FILE, read_only=True) as connection:
        found = mentions(connection, columns, person)
    with connect() as connection:
        connection.execute(f"create schema {MARTS}")
        for file in sorted((folder / FOLDER).rglob("*.parquet")):
            place = f"{MARTS}.{quoted(_mart(file, folder))}"
            connection.execute(f"create table {place} as from read_parquet({path_literal(file)})")
            if rows := sum(mentions(connection, columns, person).values()):
                found[str(file.relative_to(folder / FOLDER))] = rows
            connection.execute(f"drop table {place}")
    return found


def _mart(file: Path, folder: Path) -> str:
    """The mart of a Parquet file: the name of its folder; before 2026-11 it had one file."""
    return file.stem if file.parent == folder / FOLDER else file.parent.name


def _rewritten(
    published: Path,
    version: str,
    columns: list[PersonalColumn],
    person: Person,
    salt: str,
    in_rows: bool,
) -> str:
    """A version of the same rows without the person, its database written anew.

    Its Parquet files, which hold nothing but their rows, are the old ones if no row changes.
    """
    folder = versions_folder(published)
    new = version + MARK
    partial = folder / f".{new}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    manifest = replace(read_manifest(published, version), version=new, copied_from="")
    parts = read_parts(folder / version)
    draft = partial / "draft" / WAREHOUSE_FILE
    draft.parent.mkdir()
    shutil.copyfile(folder / version / WAREHOUSE_FILE, draft)
    if in_rows:
        with connect(draft) as connection:
            erase_in_database(connection, columns, person, salt)
            days = {table: one.column for table, one in parts.items()}
            parts = parts_by_day(connection, MARTS, days)
            known = {table: one.total() for table, one in parts.items()}
            manifest = replace(manifest, tables=fingerprints(connection, MARTS, known))
            queries = {table: f"from {MARTS}.{quoted(table)}" for table in manifest.tables}
            (partial / FOLDER).mkdir()
            files = list(parquet_files(manifest.tables, parts))
            export_parquet(connection, partial / FOLDER, files, queries)
    else:
        shutil.copytree(folder / version / FOLDER, partial / FOLDER, copy_function=link_or_copy)
    rewrite(draft, partial / WAREHOUSE_FILE, STORAGE_VERSION)
    shutil.rmtree(draft.parent)
    write_parts(partial, parts)
    (partial / MANIFEST_FILE).write_text(manifest.as_text(), encoding="utf-8")
    seal(partial)
    partial.rename(folder / new)
    sync_folder(folder)
    return new
