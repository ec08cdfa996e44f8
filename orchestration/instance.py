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
_TABLES = {"event_log.db": "alembic_version", "runs.db": "alembic_version"}


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
    for name, table in _TABLES.items():
        if (home / name).exists() and not _has_table(home / name, table):
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


def _has_table(file: Path, table: str) -> bool:
    try:
        with closing(sqlite3.connect(file, timeout=20)) as connection:
            rows = connection.execute(f"select count(*) from {table}").fetchone()
        return bool(rows[0])
    except sqlite3.DatabaseError:
        return False
