"""How these tests run `csops` (a process of its own, as people do) and read what it published."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.publication.fingerprints import Fingerprint, fingerprints
from orchestration.publication.versions import current_version, versions
from orchestration.settings import PROJECT

LONGEST_SECONDS = 900
# What was published, or fitted, on which day depends, by its nature, on which days were run.
HISTORY_OF_PUBLICATION = frozenset(
    {
        "fct_arr_published_months",
        "rpt_restatements",
        "fct_renewal_forecast_daily",
        "fct_metric_values_monthly",
        "rpt_metric_version_effects",
        "fct_churn_risk_model_runs",
        "fct_churn_risk_coefficients",
        "fct_health_weight_proposals",
        "fct_quality_results",
        "rpt_governance_calendar",
    }
)
OFFLINE = PROJECT / "tests" / "end_to_end" / "offline"


def environment(home: Path, sources: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CSOPS_")}
    kept.pop("DAGSTER_HOME", None)
    return kept | {
        "CSOPS_HOME": str(home),
        "CSOPS_SOURCES": str(sources),
        "PYTHONPATH": os.pathsep.join([str(PROJECT)]),
        **more,
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "orchestration.cli", *arguments]


def start(home: Path, sources: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("run", *arguments),
        env=environment(home, sources, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
        start_new_session=True,
    )


def csops(
    home: Path, sources: Path, *arguments: str, **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=environment(home, sources, **more),
        capture_output=True,
        text=True,
        cwd=PROJECT,
        timeout=LONGEST_SECONDS,
        check=False,
    )


def run(home: Path, sources: Path, *arguments: str, **more: str) -> str:
    """A run that has to succeed; gives what it said."""
    done = csops(home, sources, "run", *arguments, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def published_marts(home: Path) -> dict[str, Fingerprint]:
    """The fingerprint of every mart that doesn't tell of runs; opened as a reader would."""
    file = (home / "published" / "current.duckdb").resolve(strict=True)
    with duckdb.connect(str(file), read_only=True) as connection:
        found = fingerprints(connection, "marts")
    return {mart: mark for mart, mark in found.items() if mart not in HISTORY_OF_PUBLICATION}


def assert_nothing_is_left_over(home: Path) -> None:
    """No half-written version, no temporary file, no run that Dagster believes in."""
    import dagster as dg

    published = home / "published"
    if published.exists():
        assert {path.name for path in published.iterdir()} <= {
            "current",
            "current.duckdb",
            "versions",
        }
        assert not list((published / "versions").glob(".*"))
        assert current_version(published) in versions(published)
    assert not list((home / "warehouse").glob("*.tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home / "dagster"))
        with dg.DagsterInstance.get() as instance:
            finished = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}
            assert {run.status for run in instance.get_runs()} <= finished
    assert list((home / "dagster" / "alive").iterdir()) == []
