"""The committed sample company in contract tables, landed and conformed once for all workers."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from orchestration.dbt import run_dbt
from orchestration.dbt_variables import DbtVariables
from orchestration.ingestion.configuration import load_sources
from orchestration.ingestion.landing import finish_load, land_everything, start_load
from orchestration.lock import exclusive
from orchestration.publication import build_state
from orchestration.settings import Settings


def conformed_once(factory: pytest.TempPathFactory) -> Path:
    """The warehouse file, to be read only; the first worker that asks makes it, others wait."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, made = shared / "conformed_sample", shared / "conformed_sample.made"
    with exclusive(shared / "conformed_sample.lock"):
        if not made.exists():
            _make(Settings.from_environment(home=home))
            made.touch()
    return Settings.from_environment(home=home).warehouse


def _make(settings: Settings) -> None:
    settings.warehouse.parent.mkdir(parents=True)
    sources = load_sources(settings.sources_file)
    with duckdb.connect(str(settings.warehouse)) as connection:
        load = start_load(connection, settings.as_of)
        land_everything(connection, sources, load)
        finish_load(connection, load, "landed")
        build_state.start_build(connection, settings.as_of)
    variables = DbtVariables(settings.as_of, tuple(sources.systems))
    arguments = ["build", "--selector", "conform", "--indirect-selection", "buildable"]
    list(run_dbt(settings, variables, arguments))
