"""What one home's definitions and runs are made from: its settings, its sources, its dbt vars."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.dbt import parsed_manifest
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
    variables = load_project(settings).variables
    file, stamp = settings.dbt_target / "manifest.json", settings.dbt_target / "manifest.stamp"
    expected = _stamp(settings.project, variables)
    if not (file.is_file() and stamp.is_file() and stamp.read_text() == expected):
        parsed_manifest(settings, variables)
        stamp.write_text(expected)
    return json.loads(file.read_text(encoding="utf-8"))


def _stamp(project: Path, variables: DbtVariables) -> str:
    """Changes with any file that dbt reads, and with any var but the day."""
    from importlib.metadata import version

    lines = [variables.for_parsing().as_json(), version("dbt-core"), version("dbt-duckdb")]
    for file in _dbt_files(project):
        about = file.stat()
        lines.append(f"{file.relative_to(project)} {about.st_size} {about.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _dbt_files(project: Path) -> Iterator[Path]:
    ignored = {"target", "logs", "dbt_packages"}
    for folder in (project / "dbt_project", project / "seeds" / "reference"):
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not ignored & set(file.relative_to(folder).parts):
                yield file
