"""The Parquet file of each mart; that of a mart which did not change is the file of before."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingestion.quoting import literal, path_literal
from orchestration.publication.versions import Manifest, versions_folder

if TYPE_CHECKING:
    import duckdb

FOLDER = "parquet"


@dataclass(frozen=True)
class Before:
    """A version that stands already, whose Parquet files a new one may share."""

    folder: Path
    manifest: Manifest

    @classmethod
    def of(cls, published: Path, manifest: Manifest) -> Before:
        """The version that `manifest` tells of."""
        return cls(versions_folder(published) / manifest.version, manifest)

    def file(self, table: str, new: Manifest) -> Path | None:
        """The mart's file, if the new version has the very same rows and as much left out."""
        same = self.manifest.tables.get(table) == new.tables[table]
        if not same or self.manifest.protection != new.protection:
            return None
        return self.folder / FOLDER / f"{table}.parquet"


def share_parquet(
    connection: duckdb.DuckDBPyConnection, folder: Path, before: Before | None, new: Manifest
) -> list[str]:
    """Link the files of unchanged marts into the empty `folder`; gives the marts it has now.

    A published file is never written to, so that a link is as good as a copy: whoever changes a
    version (erasing a person) writes new files, and removing one leaves the others theirs.
    """
    shared = []
    for table, part in new.tables.items() if before else ():
        file = before.file(table, new) if before else None
        if file and _rows(connection, file) == part.rows:
            try:
                os.link(file, folder / file.name)
            except OSError:  # a file system without links: it is written anew
                continue
            shared.append(table)
    return shared


def export_parquet(
    connection: duckdb.DuckDBPyConnection, folder: Path, queries: Iterable[tuple[str, str]]
) -> None:
    """Write the answer of each mart's query into its file in `folder`."""
    for table, query in queries:
        target = literal(str(folder / f"{table}.parquet"))
        connection.execute(f"copy ({query}) to {target} (format parquet, compression zstd)")


def _rows(connection: duckdb.DuckDBPyConnection, file: Path) -> int | None:
    """What the file itself says; None when it can't be read."""
    import duckdb

    try:
        row = connection.execute(
            f"select num_rows from parquet_file_metadata({path_literal(file)})"
        ).fetchone()
    except duckdb.Error:
        return None
    return int(row[0]) if row else None
