"""What one home's definitions and runs are made from: its settings, its sources, its dbt vars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from orchestration.dbt_manifest import manifest_dict
from orchestration.dbt_variables import DbtVariables
from orchestration.ingestion.configuration import Sources, load_sources
from orchestration.settings import Settings


@dataclass(frozen=True)
class Project:
    """Settings with the checked sources file that they name."""

    settings: Settings
    sources: Sources

    @property
    def variables(self) -> DbtVariables:
        """The dbt vars of this run."""
        return DbtVariables(
            as_of_date=self.settings.as_of,
            systems=self.sources.built_in_systems,
            mapped_tables=self.sources.mapped_tables,
            reporting_currency=self.sources.reporting_currency,
        ).checked(self.settings.project)


@cache
def load_project(settings: Settings) -> Project:
    """The project of these settings. Raises ConfigurationError for a faulty sources file."""
    return Project(settings, load_sources(settings.sources_file))


@cache
def dbt_manifest(settings: Settings) -> Mapping[str, Any]:
    """`manifest.json` of the dbt project as a dict; parsed anew only when something changed."""
    return manifest_dict(settings, load_project(settings).variables)
