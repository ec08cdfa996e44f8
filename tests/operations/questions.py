"""Questions to the semantic layer about marts that a test has made."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tests.support.compiled_models import DBT_PROJECT, CompiledModels


def project_with(
    company: duckdb.DuckDBPyConnection,
    compiled: CompiledModels,
    folder: Path,
    marts: Sequence[str],
) -> Path:
    """A dbt project with the manifest, and a warehouse with these marts beside it."""
    project = folder / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "target").mkdir()
    shutil.copy(compiled.seeds.parent / "target" / "semantic_manifest.json", project / "target")
    company.execute(f"attach '{folder / 'warehouse.duckdb'}' as answers")
    company.execute("create schema answers.marts")
    for mart in marts:
        company.execute(f"create table answers.marts.{mart} as from marts.{mart}")
    company.execute("detach answers")
    return project


def answers(
    project: Path, metrics: Sequence[str], groups: Sequence[str]
) -> dict[tuple[str, ...], list[str]]:
    """The values of the metrics by the values of the groups, as text; days without their time."""
    file = project.parent / "answer.csv"
    warehouse = str(project.parent / "warehouse.duckdb")
    said = subprocess.run(
        [
            str(Path(sys.executable).parent / "mf"), "query", "--metrics", ",".join(metrics),
            "--group-by", ",".join(groups), "--csv", str(file),
        ],
        cwd=project,
        env={**os.environ, "CSOPS_WAREHOUSE": warehouse, "DBT_PROFILES_DIR": "."},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout + said.stderr
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    places = [header.index(metric) for metric in metrics]
    width = len(groups)
    return {
        tuple(value.removesuffix(" 00:00:00").removesuffix("T00:00:00") for value in row[:width]): [
            row[place] for place in places
        ]
        for row in rows
    }
