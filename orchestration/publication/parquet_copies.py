"""Each mart's folder of Parquet files; what did not change is a file of the version before.

A large mart has a file for each week, month or year of its day, any other has one. All files of a
mart's folder together are the mart.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.ingestion.quoting import literal, path_literal
from orchestration.publication.before import Before
from orchestration.publication.fingerprints import Day, Fingerprint
from orchestration.publication.parts import WHOLE, Parts, on_days

if TYPE_CHECKING:
    import duckdb

FOLDER = "parquet"


@dataclass(frozen=True)
class ParquetFile:
    """One file: what is in it, told by its days or the mart's fingerprint, and its condition."""

    table: str
    name: str
    rows: int
    content: Mapping[str, Day] | Fingerprint
    condition: str = "true"

    def place(self, folder: Path) -> Path:
        """Where it lies in a version's folder of Parquet files."""
        return folder / self.table / f"{self.name}.parquet"


def parquet_files(
    tables: Mapping[str, Fingerprint], parts: Mapping[str, Parts]
) -> Iterator[ParquetFile]:
    """The files of marts, with what each holds."""
    for table, whole in tables.items():
        if table not in parts:
            yield ParquetFile(table, WHOLE, whole.rows, whole)
            continue
        for period, of in parts[table].periods().items():
            days, condition = dict(of.days), on_days(of.column, of.days)
            yield ParquetFile(table, period, of.total()[0], days, condition)


def share_parquet(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    before: Before | None,
    tables: Mapping[str, Fingerprint],
    files: list[ParquetFile],
) -> list[ParquetFile]:
    """Link the files that hold what they held before into `folder`; gives those that are left.

    A published file is never written to, so that a link is as good as a copy: whoever changes a
    version (erasing a person) writes new files, and removing one leaves the others theirs.
    """
    if before is None:
        return files
    old = {
        (file.table, file.name, before.manifest.tables[file.table].columns): file
        for file in parquet_files(before.manifest.tables, before.parts)
    }
    same = [
        file
        for file in files
        if (then := old.get((file.table, file.name, tables[file.table].columns)))
        and then.content == file.content
    ]
    places = [file.place(before.folder / FOLDER) for file in same]
    rows = _rows(connection, [place for place in places if place.is_file()])
    shared = set()
    for file in same:
        source = file.place(before.folder / FOLDER)
        if rows.get(source) != file.rows:
            continue
        target = file.place(folder)
        target.parent.mkdir(exist_ok=True)
        try:
            os.link(source, target)
        except OSError:  # a file system without links: it is written anew
            continue
        shared.add(file.place(folder))
    return [file for file in files if file.place(folder) not in shared]


def export_parquet(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    files: list[ParquetFile],
    queries: Mapping[str, str],
) -> None:
    """Write these files into `folder`; `queries` give the rows of each mart."""
    for file in files:
        target = file.place(folder)
        target.parent.mkdir(exist_ok=True)
        connection.execute(
            f"copy (from ({queries[file.table]}) where {file.condition}) to "
            f"{literal(str(target))} (format parquet, compression zstd)"
        )


def _rows(connection: duckdb.DuckDBPyConnection, files: list[Path]) -> dict[Path, int]:
    """What the files themselves say; those that can't be read are left out."""
    import duckdb

    if not files:
        return {}
    listed = ", ".join(path_literal(file) for file in files)
    try:
        found = connection.execute(
            f"select file_name, num_rows from parquet_file_metadata([{listed}])"
        ).fetchall()
    except duckdb.Error:
        if len(files) == 1:
            return {}
        half = len(files) // 2
        return _rows(connection, files[:half]) | _rows(connection, files[half:])
    return {Path(name): int(rows) for name, rows in found}
