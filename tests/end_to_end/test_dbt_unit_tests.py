"""The dbt unit tests, which no run of the product executes, all pass on a finished warehouse."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from orchestration.dbt import run_dbt
from orchestration.dbt_variables import DbtVariables
from orchestration.ingestion.configuration import load_sources
from orchestration.settings import Settings
from tests.end_to_end.conftest import FinishedRun

LAST_DAY = date(2026, 6, 30)


def test_every_dbt_unit_test_passes(
    finished: FinishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    for part in ("warehouse", "dbt"):
        shutil.copytree(finished.home / part, home / part)
    settings = Settings.from_environment(home=home)
    monkeypatch.setenv("CSOPS_WAREHOUSE", str(settings.warehouse))
    variables = DbtVariables(LAST_DAY, tuple(load_sources(finished.sources).systems))
    results = list(run_dbt(settings, variables, ["test", "--selector", "unit"]))
    statuses = Counter(result.status for result in results)
    assert statuses["pass"] == len(results) >= 70
