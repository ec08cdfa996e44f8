"""The small company's health, built by dbt in one run and again in several, going back once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.conftest import Compile
from tests.support.compiled_models import DBT_PROJECT, CompiledModels

LAST_DAY = "2026-06-30"
RUNS = ("2026-06-24", "2026-06-25", "2026-06-28", "2026-06-26", LAST_DAY)
"""A first build, the next day, a gap, a step back (which hides the later days), and the end."""
BUILD = (
    *("build", "--select", "+fct_account_health_changes", "+rpt_health_drift_weekly"),
    *("+fct_csm_book_daily", "int_csm_capacity_daily", "resource_type:seed"),
    *("+fct_cs_qualified_leads", "+int_expansion_pipeline_monthly"),
    *("--exclude", "resource_type:test", "resource_type:unit_test"),
)
Change = Callable[[Path], object]
Builder = Callable[..., Path]


@pytest.fixture(scope="session")
def compiled(compiled_for: Compile) -> CompiledModels:
    """The models past the contract as plain SQL for the last day."""
    return compiled_for(date.fromisoformat(LAST_DAY))


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory, sample_sources: Path) -> Path:
    """A warehouse with the small company's raw tables."""
    return land(sample_sources, tmp_path_factory.mktemp("health_raw") / "warehouse.duckdb")


@pytest.fixture(scope="session")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """dbt's target folder after one parse, and the manifest to run with."""
    target = tmp_path_factory.mktemp("health_dbt")
    return target, invoke(["parse"], target, target / "warehouse.duckdb")


@pytest.fixture(scope="session")
def build(parsed: tuple[Path, Any], tmp_path_factory: pytest.TempPathFactory) -> Builder:
    """Builds health in a copy of a landed warehouse, day by day."""
    target, manifest = parsed

    def built(landed: Path, name: str, days: Sequence[str], change: Change | None = None) -> Path:
        warehouse = tmp_path_factory.mktemp(name) / "warehouse.duckdb"
        shutil.copy(landed, warehouse)
        if change:
            change(warehouse)
        for day in days:
            invoke(BUILD, target, warehouse, day, manifest)
        return warehouse

    return built


@pytest.fixture(scope="session")
def built_at_once(landed: Path, build: Builder) -> Path:
    """One run, which takes the 900 days and what comes before them 133 days at a time."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CSOPS_BATCH_THOUSAND_ROWS", "4")
        return build(landed, "at_once", [LAST_DAY])


@pytest.fixture(scope="session")
def built_day_by_day(landed: Path, build: Builder) -> Path:
    return build(landed, "day_by_day", RUNS)


def land(sources: Path, warehouse: Path) -> Path:
    """The raw tables of a sources file, in a new warehouse."""
    subprocess.run(
        [
            *(sys.executable, "-m", "orchestration.ingestion.land"),
            *("--sources", str(sources), "--warehouse", str(warehouse)),
        ],
        check=True,
        capture_output=True,
        cwd=PROJECT,
    )
    return warehouse


def rows(warehouse: Path, query: str) -> list[tuple]:
    """What a query finds in a warehouse file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def invoke(
    command: Sequence[str],
    target: Path,
    warehouse: Path,
    day: str = LAST_DAY,
    manifest: Any = None,
) -> Any:
    """Run one dbt command on a warehouse for a day; what dbt gives, which must be a success."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    before = os.environ.get("CSOPS_WAREHOUSE")
    os.environ["CSOPS_WAREHOUSE"] = str(warehouse)
    try:
        result = dbtRunner(manifest=manifest).invoke(
            [
                *("--quiet", "--log-level-file", "none", "--no-write-json", *command),
                *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                *("--target-path", str(target), "--vars", json.dumps({"as_of_date": day})),
            ]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ["CSOPS_WAREHOUSE"]
        else:
            os.environ["CSOPS_WAREHOUSE"] = before
    assert result.success, result.exception or [
        f"{one.node.name}: {one.message}" for one in result.result if one.status == "error"
    ]
    return result.result
