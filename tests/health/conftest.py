"""The small company's health, built by dbt in one run and again in several, going back once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.support.compiled_models import DBT_PROJECT, CompiledModels, compile_models

LAST_DAY = "2026-06-30"
RUNS = ("2026-06-24", "2026-06-25", "2026-06-28", "2026-06-26", LAST_DAY)
"""A first build, the next day, a gap, a step back (which hides the later days), and the end."""


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> CompiledModels:
    """The models past the contract as plain SQL for the last day."""
    from datetime import date

    return compile_models(tmp_path_factory.mktemp("health_sql"), date.fromisoformat(LAST_DAY))


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory, sample_sources: Path) -> Path:
    """A warehouse with the small company's raw tables."""
    warehouse = tmp_path_factory.mktemp("health_raw") / "warehouse.duckdb"
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


@pytest.fixture(scope="session")
def built_at_once(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(landed, tmp_path_factory.mktemp("at_once"), [LAST_DAY])


@pytest.fixture(scope="session")
def built_day_by_day(landed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(landed, tmp_path_factory.mktemp("day_by_day"), RUNS)


def rows(warehouse: Path, query: str) -> list[tuple]:
    """What a query finds in a warehouse file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def _built(landed: Path, folder: Path, days: list[str] | tuple[str, ...]) -> Path:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    warehouse = folder / "warehouse.duckdb"
    shutil.copy(landed, warehouse)
    before = os.environ.get("CSOPS_WAREHOUSE")
    os.environ["CSOPS_WAREHOUSE"] = str(warehouse)
    try:
        for day in days:
            result = dbtRunner().invoke(
                [
                    *("--quiet", "--log-level-file", "none", "build"),
                    *("--select", "+fct_account_health_changes", "+fct_csm_book_daily"),
                    *("int_csm_capacity_daily", "resource_type:seed"),
                    *("--exclude", "resource_type:test", "resource_type:unit_test"),
                    *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                    *("--target-path", str(folder / "target")),
                    *("--vars", json.dumps({"as_of_date": day})),
                ]
            )
            assert result.success, result.exception or [
                f"{one.node.name}: {one.message}" for one in result.result if one.status == "error"
            ]
    finally:
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ["CSOPS_WAREHOUSE"]
        else:
            os.environ["CSOPS_WAREHOUSE"] = before
    return warehouse
