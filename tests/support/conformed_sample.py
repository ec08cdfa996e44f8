"""The committed sample company in contract tables: landed and conformed, without any mart."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.dbt import run_dbt
from orchestration.dbt_variables import DbtVariables
from orchestration.ingestion.configuration import load_sources
from orchestration.ingestion.landing import finish_load, land_everything, start_load
from orchestration.publication import build_state
from orchestration.settings import Settings


def warehouse_of(home: Path) -> Path:
    """The warehouse file of a home."""
    return Settings.from_environment(home=home).warehouse


def conform_the_sample(home: Path) -> None:
    """Land the sample's files in a home and build its contract tables."""
    settings = Settings.from_environment(home=home)
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
