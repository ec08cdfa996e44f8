"""Forecast snapshots are the same however they were built, and no run touches a day before its own.

Each run of the small company takes some ten CPU seconds: `pytest -m slow tests/renewals`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt import run_dbt
from orchestration.dbt_variables import DbtVariables, known_systems
from orchestration.settings import DEFAULT_SOURCES, PROJECT, Settings

pytestmark = pytest.mark.slow
LAST_DAY = date(2026, 6, 30)
SNAPSHOTS = "marts.fct_renewal_forecast_daily"
EVERY_DAY = bool(os.environ.get("CSOPS_REPLAY_EVERY_DAY"))
"""Set it to replay all 365 days one by one instead of each month's end and the last week."""


def replayed_days() -> list[str]:
    """The days of the last twelve months that are run one by one."""
    days = [LAST_DAY - timedelta(days=back) for back in range(365, -1, -1)]
    if not EVERY_DAY:
        days = [day for day in days if (day + timedelta(days=1)).day == 1]
        days = [*days[:-1:4], *(LAST_DAY - timedelta(days=back) for back in (2, 1, 0))]
    return [day.isoformat() for day in days]


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory, sample_sources: Path) -> Path:
    warehouse = tmp_path_factory.mktemp("renewals_raw") / "warehouse.duckdb"
    subprocess.run(
        [
            *(sys.executable, "-m", "orchestration.ingestion.land"),
            *("--sources", str(sample_sources), "--warehouse", str(warehouse)),
        ],
        check=True,
        capture_output=True,
        cwd=PROJECT,
    )
    return warehouse


def built(landed: Path, folder: Path, days: Sequence[str]) -> Path:
    """A warehouse after a run for each of the days, in that order; seeds are loaded once."""
    settings = Settings(home=folder, sources_file=DEFAULT_SOURCES, as_of=LAST_DAY)
    if not settings.warehouse.exists():
        settings.warehouse.parent.mkdir(parents=True)
        shutil.copy(landed, settings.warehouse)
    seeds = ["resource_type:seed"]
    for day in days:
        variables = DbtVariables(date.fromisoformat(day), tuple(known_systems(PROJECT)))
        command = [
            *("build", "--select", "+fct_renewal_forecast_daily", *seeds),
            *("--exclude", "resource_type:test", "resource_type:unit_test"),
            *(() if seeds else ("resource_type:seed",)),
        ]
        for _ in run_dbt(settings, variables, command):
            pass
        seeds = []
    return settings.warehouse


def rows(warehouse: Path, query: str) -> set[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return set(connection.execute(query).fetchall())


@pytest.fixture(scope="module")
def at_once(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(landed, tmp_path_factory.mktemp("at_once"), [LAST_DAY.isoformat()])


@pytest.fixture(scope="module")
def day_by_day(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(landed, tmp_path_factory.mktemp("day_by_day"), replayed_days())


def test_a_replay_of_the_last_twelve_months_gives_the_snapshots_of_one_backfill(
    at_once: Path, day_by_day: Path
) -> None:
    query = f"select * from {SNAPSHOTS} where snapshot_date > date '2025-06-30'"
    one, other = rows(at_once, query), rows(day_by_day, query)
    assert len(one) > 3_000
    assert sorted(map(str, one ^ other))[:10] == []


def test_the_same_day_replaces_itself_and_an_earlier_day_writes_nothing(
    landed: Path, day_by_day: Path, tmp_path: Path
) -> None:
    """A mark on an older day and on the last one: only the last one's is gone after the reruns."""
    copied = tmp_path / "warehouse" / "warehouse.duckdb"
    copied.parent.mkdir()
    shutil.copy(day_by_day, copied)
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            f"update {SNAPSHOTS} set segment = 'marked' "
            "where snapshot_date in (date '2026-06-30', date '2026-06-29', date '2026-05-15')"
        )
    warehouse = built(landed, tmp_path, ["2026-06-30", "2026-05-15"])
    marked = rows(warehouse, f"select distinct snapshot_date from {SNAPSHOTS} "
                             "where segment = 'marked'")  # fmt: skip
    assert marked == {(date(2026, 6, 29),), (date(2026, 5, 15),)}
    count = f"select count(*), count(distinct (snapshot_date, contract_id)) from {SNAPSHOTS}"
    assert rows(warehouse, count) == rows(day_by_day, count)
