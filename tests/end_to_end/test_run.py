"""`csops run` from files to published tables: what it says, and what saying it again changes."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.publication.versions import versions
from tests.end_to_end.commands import (
    OFFLINE,
    PROJECT,
    assert_nothing_is_left_over,
    csops,
    published_marts,
    run,
    start,
)
from tests.end_to_end.conftest import FinishedRun

LAST_DAY = date(2026, 6, 30)


def test_a_run_shows_its_stages_in_order_and_ends_with_the_numbers(finished: FinishedRun) -> None:
    lines = finished.said.splitlines()
    stages = [line.split()[1] for line in lines if line.startswith("✓")]
    assert list(dict.fromkeys(stages)) == [
        "ingest",
        "conform",
        "gate",
        "build",
        "learn",
        "audit",
        "publish",
        "site",
    ]
    with duckdb.connect(str(finished.home / "published" / "current.duckdb"), read_only=True) as c:
        arr = c.execute("select sum(arr) from marts.dim_accounts").fetchone()[0]
    assert "As of       2026-06-30" in lines
    assert f"ARR         {arr:,.0f}" in lines
    assert any(line.startswith("Published   ") for line in lines)
    assert "Traceback" not in finished.said
    assert_nothing_is_left_over(finished.home)


@dataclass(frozen=True)
class ThreeRuns:
    """A run that does all again, one that would not wait for it, and one that waited."""

    home: Path
    process: int
    again: str
    leaves: subprocess.CompletedProcess[str]
    waited: str
    calls_out: Path


@pytest.fixture(scope="module")
def at_once(finished: FinishedRun, tmp_path_factory: pytest.TempPathFactory) -> ThreeRuns:
    """Started one after the other in a copy of the finished home, while the first was at work."""
    folder = tmp_path_factory.mktemp("at_once")
    home, calls = folder / "home", folder / "calls_out"
    shutil.copytree(finished.home, home, symlinks=True)
    offline = os.pathsep.join([str(OFFLINE), str(PROJECT)])
    first = start(home, finished.sources, "--again", CALLS_OUT=str(calls), PYTHONPATH=offline)
    assert first.stdout is not None
    assert first.stdout.readline().startswith("Run for 2026-06-30")
    leaves = csops(home, finished.sources, "run", "--wait", "0")
    waits = start(home, finished.sources)
    waited, _ = waits.communicate(timeout=900)
    again, _ = first.communicate(timeout=10)
    assert (first.returncode, waits.returncode) == (0, 0), again + waited
    return ThreeRuns(home, first.pid, again, leaves, waited, calls)


def test_a_second_run_publishes_nothing_new_and_nobody_calls_out(
    finished: FinishedRun, at_once: ThreeRuns
) -> None:
    assert "no file changed" in at_once.again
    assert "unchanged: marts_2026-06-30" in at_once.again
    assert versions(at_once.home / "published") == versions(finished.home / "published")
    assert published_marts(at_once.home) == finished.marts
    assert not at_once.calls_out.exists(), at_once.calls_out.read_text()


def test_two_runs_at_once_end_as_if_one_came_after_the_other(at_once: ThreeRuns) -> None:
    assert at_once.leaves.returncode == 3
    assert f"process {at_once.process}" in at_once.leaves.stderr
    assert "--wait" in at_once.leaves.stderr
    assert f"Waiting for another run to finish: process {at_once.process}" in at_once.waited
    assert "Nothing has changed since the last run" in at_once.waited
    assert "As of       2026-06-30" in at_once.waited
    assert_nothing_is_left_over(at_once.home)


def test_published_tables_answer_questions_and_nothing_else(finished: FinishedRun) -> None:
    asked = csops(
        finished.home,
        finished.sources,
        *("query", "select count(*) as accounts from marts.dim_accounts", "--csv"),
    )
    assert asked.returncode == 0
    assert asked.stdout.splitlines()[0] == "accounts"
    assert int(asked.stdout.splitlines()[1]) == finished.marts["dim_accounts"].rows
    for forbidden in (
        "copy marts.dim_accounts to '/tmp/stolen.csv'",
        "select * from read_csv('/etc/passwd')",
        "drop table marts.dim_accounts",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
    ):
        refused = csops(finished.home, finished.sources, "query", forbidden)
        assert refused.returncode == 1, forbidden
        assert refused.stderr.startswith("csops: "), forbidden


def test_a_faulty_configuration_stops_before_anything_is_made(
    finished: FinishedRun, tmp_path: Path
) -> None:
    sources = tmp_path / "sources.yml"
    sources.write_text("version: 1\nsystems:\n  salesfroce: {path: nowhere}\n", encoding="utf-8")
    stopped = csops(tmp_path / "home", sources, "run")
    assert stopped.returncode == 2
    assert "salesfroce" in stopped.stderr
    assert "Traceback" not in stopped.stdout + stopped.stderr
    assert not (tmp_path / "home" / "warehouse").exists()
    assert csops(tmp_path / "home", sources, "run", "--as-of", "30.6.2026").returncode == 2


def test_a_gate_that_blocks_stops_the_run_and_readers_keep_what_they_had(
    finished: FinishedRun, tmp_path: Path, parsed_home: Path
) -> None:
    raw = tmp_path / "raw"
    _copy_linked(finished.sources.parent / "raw", raw)
    accounts = next((raw / "salesforce").glob("account.*"))
    header = accounts.read_text(encoding="utf-8").splitlines()[0]
    accounts.unlink()
    accounts.write_text(header + "\n", encoding="utf-8")
    sources = tmp_path / "sources.yml"
    sources.write_text(finished.sources.read_text(encoding="utf-8"), encoding="utf-8")
    stopped = csops(parsed_home, sources, "run")
    assert stopped.returncode == 1
    assert "crm_accounts" in stopped.stderr
    assert "Traceback" not in stopped.stdout + stopped.stderr
    assert "Details: " in stopped.stderr
    assert versions(parsed_home / "published") == []


@pytest.mark.slow  # minutes: pytest -m slow -n 0 tests/end_to_end/test_run.py
@pytest.mark.parametrize("days", [2, 7], ids=["two_days", "a_week"])
def test_a_run_for_each_day_ends_where_one_run_for_the_last_day_ends(
    finished: FinishedRun, parsed_home: Path, days: int
) -> None:
    for back in range(days - 1, -1, -1):
        day = LAST_DAY - timedelta(days=back)
        run(parsed_home, finished.sources, "--as-of", day.isoformat())
    assert published_marts(parsed_home) == finished.marts
    assert len(versions(parsed_home / "published")) == days


def _copy_linked(source: Path, target: Path) -> None:
    for file in source.rglob("*"):
        if file.is_file():
            (target / file.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            os.link(file, target / file.relative_to(source))
