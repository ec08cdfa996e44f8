"""The Dagster instance of a home, made from our template and mended when a kill broke it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.settings import PROJECT, Settings

if TYPE_CHECKING:
    import dagster as dg

TEMPLATE = PROJECT / "orchestration" / "dagster.yaml"


def prepare_dagster_home(settings: Settings) -> Path:
    """Write `dagster.yaml` into the home and set DAGSTER_HOME; gives that folder.

    A database that a kill left without its tables is put aside, so that a new one is made.
    """
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    target, text = home / "dagster.yaml", TEMPLATE.read_text(encoding="utf-8")
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        aside = target.with_suffix(".next")
        aside.write_text(text, encoding="utf-8")
        aside.replace(target)
    for name, tables in _tables().items():
        if (home / name).exists() and not _has_tables(home / name, tables):
            stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
            for part in home.glob(f"{name}*"):
                part.rename(home / f"broken-{stamp}-{part.name}")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    return home


@contextmanager
def dagster_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance that keeps this home's runs and events."""
    import dagster as dg

    prepare_dagster_home(settings)
    with dg.DagsterInstance.get() as instance:
        yield instance


def _tables() -> dict[str, set[str]]:
    """The tables that Dagster makes in each of its databases."""
    from dagster._core.storage.event_log.schema import SqlEventLogStorageMetadata
    from dagster._core.storage.runs.schema import RunStorageSqlMetadata

    return {
        "event_log.db": {table.name for table in SqlEventLogStorageMetadata.sorted_tables},
        "runs.db": {table.name for table in RunStorageSqlMetadata.sorted_tables},
    }


def _has_tables(file: Path, tables: set[str]) -> bool:
    try:
        with closing(sqlite3.connect(file, timeout=20)) as connection:
            found = connection.execute("select name from sqlite_master where type = 'table'")
            return tables <= {name for (name,) in found}
    except sqlite3.DatabaseError:
        return False
