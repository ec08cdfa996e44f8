"""A changed definition is refused without a version, accepted with one, and its effect is told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.dictionary.check import dictionary_faults
from orchestration.dictionary.definitions import Definition, definitions
from orchestration.dictionary.reviewed_files import reviewed_files
from orchestration.ownership import ownership
from tests.support.compiled_models import DBT_PROJECT
from tests.support.project_copy import ProjectCopy

DAY = date(2026, 6, 30)
TWIN = "marts/revenue/fct_account_retention_monthly.yml"
EFFECT = "rpt_metric_version_effects"
MODELS = ("int_metric_targets", "fct_metric_values_monthly", "fct_metric_versions", EFFECT)
# account, segment, ARR at T - 12, ARR at T, kept; contraction, expansion and reactivation between:
# b lost 50 and won 30 of it back
ROWS = [
    ("a", "smb", 100, 120, 100, 0, 20, 0, "2026-05-01"),
    ("b", "smb", 100, 80, 80, -50, 0, 30, "2026-05-01"),
    ("c", "enterprise", 800, 800, 800, 0, 0, 0, "2026-05-01"),
    ("c", "enterprise", 800, 700, 700, 0, 0, -100, "2025-06-01"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    return ProjectCopy(tmp_path_factory.mktemp("governed"), DAY)


@pytest.fixture(scope="module")
def changed(project: ProjectCopy) -> list[str]:
    """What the check says once GRR counts every loss of the year, and nobody signed for it."""
    project.replace(
        TWIN,
        "type_params: {numerator: cohort_retained_arr, denominator: cohort_start_arr}",
        "type_params: {numerator: cohort_moved_retained_arr, denominator: cohort_start_arr}",
    )
    return faults(project, definitions(project.manifest()))


@pytest.fixture(scope="module")
def signed(project: ProjectCopy, changed: list[str]) -> list[str]:
    """What it says once the old definition stands beside the new one, and a version is signed."""
    assert changed
    project.append(
        TWIN,
        "- {name: grr_v1, label: GRR until May 2026, description: Point to point., type: ratio, "
        "type_params: {numerator: cohort_retained_arr, denominator: cohort_start_arr}}\n",
    )
    declared = definitions(project.manifest())
    row = {
        "metric_name": "grr", "version": "2", "fingerprint": declared["grr"].fingerprint,
        "approver": "CFO", "approved_on": "2026-05-20", "owner": "RevOps",
        "reason": "Losses count even if they are won back", "valid_from": "2026-06-01",
    }  # fmt: skip
    project.add_row("metric_versions", row)
    return faults(project, declared)


def faults(project: ProjectCopy, declared: dict[str, Definition]) -> list[str]:
    return dictionary_faults(
        declared, reviewed_files(project.reference), ownership(project.reference)
    )


def warehouse_with(rows: list[tuple], reference: Path) -> duckdb.DuckDBPyConnection:
    """Empty marts in the shape of their contracts, with these rows of one, and the lists."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse; use warehouse")
    connection.execute("create schema marts; create schema reference; create schema intermediate")
    for path in (DBT_PROJECT / "models" / "marts").rglob("[!_]*.yml"):
        model = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]
        columns = [f'"{c["name"]}" {c["data_type"]}' for c in model.get("columns", [])]
        if columns and model["name"] not in MODELS:
            connection.execute(f"create table marts.{model['name']} ({', '.join(columns)})")
    connection.executemany(
        "insert into marts.fct_account_retention_monthly by name (select ? as account_id, "
        "? as segment, ? as start_arr, ? as end_arr, ? as retained_arr, ? as contraction_arr, "
        "? as expansion_arr, ? as reactivation_arr, cast(? as date) as month_start_date, "
        "0 as churn_arr, true as is_retained)",
        rows,
    )
    for name in ("metric_targets", "metric_versions", "kpi_targets", "cs_ops_kpis"):
        connection.execute(
            f"create table reference.{name} as from read_csv('{reference / name}.csv', header=true)"
        )
    return connection


def test_a_changed_definition_without_a_version_is_refused(changed: list[str]) -> None:
    (fault,) = changed
    assert "the definition of grr" in fault
    assert "fct_account_retention_monthly.yml" in fault
    assert "metric_versions.csv" in fault
    assert "version 2" in fault
    assert "grr_v1" in fault


def test_it_is_accepted_with_a_signed_version_and_the_old_definition_beside_it(
    signed: list[str],
) -> None:
    assert signed == []


def test_the_report_tells_the_effect_on_the_last_twelve_months(
    project: ProjectCopy, signed: list[str]
) -> None:
    """May: 980 of 1,000 were kept point to point; by losses b kept 50, so 950.

    June of the year before lies outside of the twelve months.
    """
    assert signed == []
    sql = project.compiled(MODELS)
    warehouse = warehouse_with(ROWS, project.reference)
    for name in MODELS:
        schema = "intermediate" if name.startswith("int_") else "marts"
        warehouse.execute(f"create table {schema}.{name} as ({sql[name]})")
    told = warehouse.execute(
        "select slice_type, slice_value, old_version, new_version, old_value, new_value, "
        "difference, month_start_date, effective_date from marts.rpt_metric_version_effects "
        "where slice_type in ('company', 'segment') order by slice_type, slice_value"
    ).fetchall()
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    assert told == [
        ("company", "company", 1, 2, *map(Decimal, ("0.98", "0.95", "-0.03")), may, june),
        ("segment", "enterprise", 1, 2, *map(Decimal, ("1", "1", "0")), may, june),
        ("segment", "smb", 1, 2, *map(Decimal, ("0.9", "0.75", "-0.15")), may, june),
    ]
