"""What the semantic layer answers about support and escalations is what the reports say."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.support.compiled_models import DBT_PROJECT, CompiledModels

MARTS = ("fct_tickets", "fct_escalations", "dim_dates")
SUPPORT = {
    "created_tickets": "created_tickets", "first_response_rate": "first_response_rate",
    "first_response_business_rate": "first_response_business_rate",
    "first_response_hours": "first_response_hours_median",
    "first_response_hours_p90": "first_response_hours_p90", "reopened_rate": "reopened_rate",
    "resolved_tickets": "resolved_tickets", "rated_tickets": "rated_tickets",
    "resolution_hours": "resolution_hours_median", "csat": "csat_rate",
}  # fmt: skip
ESCALATIONS = {
    "opened_escalations": "opened_escalations", "escalation_sla_rate": "escalation_sla_rate",
    "resolved_escalations": "resolved_escalations",
    "escalation_resolution_hours": "resolution_hours_median",
}  # fmt: skip


@pytest.fixture(scope="module")
def project(
    company: duckdb.DuckDBPyConnection,
    compiled: CompiledModels,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A dbt project with the manifest, and a warehouse with the marts beside it."""
    project = tmp_path_factory.mktemp("semantic") / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "target").mkdir()
    shutil.copy(compiled.seeds.parent / "target" / "semantic_manifest.json", project / "target")
    company.execute(f"attach '{project.parent / 'warehouse.duckdb'}' as answers")
    company.execute("create schema answers.marts")
    for mart in MARTS:
        company.execute(f"create table answers.marts.{mart} as from marts.{mart}")
    company.execute("detach answers")
    return project


def _answers(project: Path, metrics: list[str], groups: list[str]) -> dict[tuple, list[str]]:
    file = project.parent / "answer.csv"
    warehouse = str(project.parent / "warehouse.duckdb")
    said = subprocess.run(
        [
            str(Path(sys.executable).parent / "mf"), "query", "--metrics", ",".join(metrics),
            "--group-by", ",".join(groups), "--csv", str(file),
        ],
        cwd=project,
        env={**os.environ, "CSOPS_WAREHOUSE": warehouse, "DBT_PROFILES_DIR": "."},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    places = [header.index(metric) for metric in metrics]
    return {(row[0][:10], row[1]): [row[place] for place in places] for row in rows}


@pytest.mark.parametrize(
    ("report", "metrics", "entity"),
    [
        ("rpt_support_monthly", SUPPORT, "ticket"),
        ("rpt_escalations_monthly", ESCALATIONS, "escalation"),
    ],
)
def test_answers_by_month_and_segment_are_those_of_the_report(
    project: Path,
    company: duckdb.DuckDBPyConnection,
    report: str,
    metrics: dict[str, str],
    entity: str,
) -> None:
    said = _answers(project, list(metrics), ["metric_time__month", f"{entity}__segment"])
    expected = {
        (str(row[0]), row[1]): row[2:]
        for row in company.execute(
            f"select month_start_date, slice_value, {', '.join(metrics.values())} "
            f"from marts.{report} where slice_type = 'segment'"
        ).fetchall()
    }
    undated = [said.pop(key) for key in list(said) if not key[0]]
    assert all(value in {"", "nan", "0", "0.0"} for values in undated for value in values)
    assert len(said) > 20
    assert said.keys() <= expected.keys()
    for key, values in said.items():
        for metric, found, shown in zip(metrics, values, expected[key], strict=True):
            if shown in (None, 0):
                assert found in {"", "nan", "None"} or float(found) == 0, (key, metric)
            else:
                assert float(found) == pytest.approx(float(shown), abs=1e-3), (key, metric)
    silent = [values for key, values in expected.items() if key not in said]
    assert all(not any(values) for values in silent)
