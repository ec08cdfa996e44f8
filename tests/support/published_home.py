"""A home with a few hand-made marts published, for tests that read what is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.publication.versions import Manifest, point_to, versions_folder

AS_OF = date(2026, 6, 30)


def publish_tables(home: Path, tables: Mapping[str, str], number: int = 1) -> Path:
    """Publish `tables` (mart and the query that makes it); gives the folder `published`."""
    published = home / "published"
    version = f"marts_{AS_OF}_{number:03d}"
    folder = versions_folder(published) / version
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        for name, query in tables.items():
            connection.execute(f"create table marts.{name} as {query}")
    now = datetime(2026, 7, 1, 5, number, tzinfo=UTC).isoformat()
    manifest = Manifest(version, AS_OF, "build", now, {})
    (folder / "manifest.json").write_text(manifest.as_text(), encoding="utf-8")
    point_to(published, version)
    return published
