"""A company landed and built in part by dbt alone; the sample company up to its contract tables."""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.dbt import run_dbt
from orchestration.ingestion.landing import finish_load, land_everything, start_load
from orchestration.project import load_project
from orchestration.publication import build_state
from orchestration.settings import Settings


def warehouse_of(home: Path) -> Path:
    """The warehouse file of a home."""
    return Settings.from_environment(home=home).warehouse


def conform_the_sample(home: Path) -> None:
    """Land the sample's files in a home and build its contract tables."""
    whole = ("--selector", "conform", "--indirect-selection", "buildable")
    land_and_build(Settings.from_environment(home=home), *whole)


def land_and_build(settings: Settings, *selection: str) -> None:
    """Land the files of a company in a new home and let dbt build a part of the models."""
    settings.warehouse.parent.mkdir(parents=True)
    project = load_project(settings)
    with duckdb.connect(str(settings.warehouse)) as connection:
        load = start_load(connection, settings.as_of)
        land_everything(connection, project.sources, load)
        finish_load(connection, load, "landed")
        build_state.start_build(connection, settings.as_of)
    list(run_dbt(settings, project.variables, ["build", *selection]))
