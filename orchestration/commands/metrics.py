"""`csops metrics`: the semantic layer through MetricFlow, with nothing leaving the machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml

from orchestration.commands.options import FAILED, Home, plain_errors, settings_from, stop
from orchestration.settings import Settings


class _NoUpdateCheck:
    """Stands in for MetricFlow's look-up of newer versions, which would call out at every start."""

    def check(self, *_: object) -> None:
        """No newer version is known."""


def metrics(
    names: Annotated[
        str,
        typer.Argument(
            help="Metrics, comma-separated, for example nrr,grr; `list` lists them, `check` says "
            "whether each definition has an owner, an entry and a version."
        ),
    ],
    by: Annotated[
        str,
        typer.Option(
            "--by", help="What to group by, comma-separated: metric_time__month,account__segment."
        ),
    ] = "metric_time__month",
    where: Annotated[
        str | None, typer.Option("--where", help="A MetricFlow condition on dimensions.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Write the answer to this CSV file.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show the SQL instead.")] = False,
    home: Home = None,
) -> None:
    """Ask the metrics dictionary: each metric is declared once and answered from the marts.

    For example: csops metrics nrr,grr --by metric_time__month,account__segment
    """
    with plain_errors():
        settings = settings_from(home)
        if names == "check":
            _check(settings)
            return
        arguments = ["list", "metrics"]
        if names != "list":
            arguments = ["query", "--metrics", names, "--group-by", by]
            arguments += ["--where", where] if where else []
            arguments += ["--csv", str(csv.resolve())] if csv else []
            arguments += ["--explain"] if explain else []
        _metricflow(_semantic_project(settings), settings, arguments)


def metricflow(
    context: typer.Context,
    home: Home = None,
) -> None:
    """Any command of MetricFlow, as its own documentation writes it, on the last build.

    For example: csops mf query --metrics nrr --group-by metric_time__month,account__segment
    """
    with plain_errors():
        settings = settings_from(home)
        _metricflow(_semantic_project(settings), settings, list(context.args) or ["--help"])


def _check(settings: Settings) -> None:
    """Say what the dictionary lacks, and end with an error if it lacks something."""
    from orchestration.dictionary.check import dictionary_faults
    from orchestration.dictionary.definitions import definitions
    from orchestration.dictionary.reviewed_files import reviewed_files
    from orchestration.ownership import ownership
    from orchestration.project import dbt_manifest

    reference = settings.project / "seeds" / "reference"
    declared = definitions(dbt_manifest(settings))
    faults = dictionary_faults(declared, reviewed_files(reference), ownership(reference))
    for fault in faults:
        sys.stderr.write(f"csops: {fault}\n")
    if faults:
        stop(f"{len(faults)} faults in the metrics dictionary", FAILED)
    typer.echo(f"{len(declared)} metrics, each with an owner, an entry and its version")


def _semantic_project(settings: Settings) -> Path:
    """A copy of the dbt project beside the last manifest, where MetricFlow looks for both."""
    manifest = settings.dbt_target / "semantic_manifest.json"
    if not manifest.exists() or not settings.warehouse.exists():
        stop(f"nothing is built in {settings.home} yet; run `csops run` first", FAILED)
    project = settings.dbt_target / "semantic"
    shutil.copytree(
        settings.project / "dbt_project",
        project,
        ignore=shutil.ignore_patterns("target", "logs", "models", "data_tests"),
        dirs_exist_ok=True,
    )
    (project / "models").mkdir(exist_ok=True)
    (project / "target").mkdir(exist_ok=True)
    shutil.copy(manifest, project / "target")
    _only_reads(project / "profiles.yml")
    return project


def _only_reads(profiles: Path) -> None:
    """So that questions are answered beside each other, and nothing they ask can change a table."""
    content = yaml.safe_load(profiles.read_text(encoding="utf-8"))
    for output in content["csops"]["outputs"].values():
        if output["type"] == "duckdb":
            output["config_options"]["access_mode"] = "read_only"
    profiles.write_text(yaml.safe_dump(content), encoding="utf-8")


def _metricflow(project: Path, settings: Settings, arguments: list[str]) -> None:
    os.environ["CSOPS_WAREHOUSE"] = str(settings.warehouse)
    os.environ["DBT_PROFILES_DIR"] = str(project)
    os.chdir(project)
    from dbt_metricflow.cli import main as metricflow

    metricflow.UpdateChecker = _NoUpdateCheck
    metricflow.cli(args=arguments, prog_name="csops metrics", standalone_mode=True)
