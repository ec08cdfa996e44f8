"""The metrics dictionary answers for health what four accounts on paper say."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.compiled_models import DBT_PROJECT

MAY, JUNE = "2026-05-01", "2026-06-01"
# account, segment, band, score, ARR, overridden: in May two accounts, in June four
ROWS = [
    ("a", "smb", "green", 80, 100, False, MAY, "2026-05-31"),
    ("b", "smb", "red", 30, 900, False, MAY, "2026-05-31"),
    ("a", "smb", "green", 90, 100, False, JUNE, "2026-06-30"),
    ("b", "smb", "red", 20, 800, True, JUNE, "2026-06-30"),
    ("c", "enterprise", "red", 25, 50, False, JUNE, "2026-06-30"),
    ("d", "enterprise", None, None, 7, False, JUNE, "2026-06-30"),
]
REPORT = [
    ("recall", "score", "all", "all", 90, 0.75), ("recall", "score", "all", "all", 60, 0.99),
    ("recall", "score", "segment", "smb", 90, 0.98), ("precision", "score", "all", "all", 90, None),
    ("auc", "score", "all", "all", 90, 0.71), ("auc", "usage", "all", "all", 90, 0.97),
]  # fmt: skip


@pytest.fixture(scope="module")
def project(parsed: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dbt project with its semantic manifest, and the rows above in a warehouse."""
    folder = tmp_path_factory.mktemp("health_metrics")
    project = folder / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "target").mkdir()
    shutil.copy(parsed[0] / "semantic_manifest.json", project / "target")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_dates as select day::date as date_day "
            "from range(date '2026-01-01', date '2027-01-01', interval 1 day) as days(day)"
        )
        connection.execute(
            "create table marts.fct_account_health_monthly (account_id text, segment text, "
            "band text, score decimal(7, 2), arr decimal(18, 2), is_overridden boolean, "
            "month_start_date date, date_day date)"
        )
        connection.executemany(
            "insert into marts.fct_account_health_monthly values (?, ?, ?, ?, ?, ?, ?, ?)", ROWS
        )
        connection.execute(
            "create table marts.rpt_health_validation (metric_id text, predictor_id text, "
            "slice_type text, slice text, horizon_days int, metric_value decimal(12, 6), "
            "as_of_date date default date '2026-06-30')"
        )
        connection.executemany(
            "insert into marts.rpt_health_validation by name (select ? as metric_id, "
            "? as predictor_id, ? as slice_type, ? as slice, ? as horizon_days, "
            "? as metric_value)",
            REPORT,
        )
    return project


def answers(project: Path, metrics: str, by: str) -> list[list[str]]:
    """The rows that MetricFlow gives, days cut to ten characters."""
    file = project.parent / "answer.csv"
    said = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "mf"), "query", "--metrics", metrics),
            *("--group-by", by, "--order", by, "--csv", str(file)),
        ],
        cwd=project,
        env={
            **os.environ,
            "CSOPS_WAREHOUSE": str(project.parent / "warehouse.duckdb"),
            "DBT_PROFILES_DIR": ".",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    with file.open(encoding="utf-8", newline="") as lines:
        return [[row[0][:10], *row[1:]] for row in list(csv.reader(lines))[1:]]


def test_scores_coverage_and_overrides_by_month_come_from_sums(project: Path) -> None:
    found = answers(
        project,
        "health_accounts,health_arr,health_score,health_coverage,health_override_share",
        "metric_time__month",
    )
    assert [[month, *map(float, values)] for month, *values in found] == [
        [MAY, 2, 1000, 55, 1, 0],
        # 90 + 20 + 25 over the three that have a score; three of four have one
        [JUNE, 4, 957, 45, 0.75, 0.25],
    ]


def test_accounts_and_arr_by_band_are_those_of_the_newest_month(project: Path) -> None:
    found = answers(project, "health_accounts,health_arr", "account_health__band")
    assert {band: (float(accounts), float(arr)) for band, accounts, arr in found} == {
        "green": (1, 100),
        "red": (2, 850),
        "": (1, 7),
    }


def test_recall_precision_and_auc_are_the_reports_own_figures(project: Path) -> None:
    ((day, recall, precision, auc),) = answers(
        project, "health_recall_90d,health_precision_90d,health_auc_90d", "metric_time__day"
    )
    assert (day, float(recall), float(auc)) == ("2026-06-30", 0.75, 0.71)
    assert precision in {"", "nan", "None"}
