"""What the semantic layer answers is what the marts say: for the company and for each segment."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.revenue.warehouses import YEAR_END, Built
from tests.support.compiled_models import DBT_PROJECT, CompiledModels

MOVEMENTS = ("new_arr", "expansion_arr", "contraction_arr", "churn_arr", "reactivation_arr")
RETENTION = ("nrr", "grr", "logo_retention")
Ask = Callable[..., dict[tuple[str, ...], list[str]]]


@pytest.fixture(scope="module")
def ask(
    many_companies: Built,
    compiled: Callable[..., CompiledModels],
    tmp_path_factory: pytest.TempPathFactory,
) -> Ask:
    """The answers of `mf query` on the random companies: group values -> metric values, as text."""
    project = tmp_path_factory.mktemp("semantic") / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    manifest = compiled(YEAR_END).seeds.parent / "target" / "semantic_manifest.json"
    (project / "target").mkdir()
    shutil.copy(manifest, project / "target")
    warehouse = project.parent / "warehouse.duckdb"
    connection = many_companies.connection
    connection.execute(f"attach '{warehouse}' as answers")
    connection.execute("create schema answers.marts")
    for mart in ("fct_arr_movements_monthly", "fct_account_retention_monthly", "dim_dates"):
        connection.execute(f"create table answers.marts.{mart} as from marts.{mart}")
    connection.execute("detach answers")

    def answers(
        metrics: tuple[str, ...], groups: tuple[str, ...]
    ) -> dict[tuple[str, ...], list[str]]:
        file = project.parent / "answer.csv"
        said = subprocess.run(
            [
                str(Path(sys.executable).parent / "mf"), "query", "--metrics", ",".join(metrics),
                "--group-by", ",".join(groups), "--csv", str(file),
            ],
            cwd=project,
            env={**os.environ, "CSOPS_WAREHOUSE": str(warehouse), "DBT_PROFILES_DIR": "."},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.returncode == 0, said.stdout + said.stderr
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))[1:]
        width = len(groups)
        return {(row[0][:10], *row[1:width]): row[width:] for row in rows}

    return answers


def _same(said: str, expected: object) -> bool:
    if expected is None:
        return said in {"", "nan", "None"}
    return said != "" and abs(float(said) - float(str(expected))) < 1e-9


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, keys: int
) -> dict[tuple[str, ...], tuple]:
    return {
        tuple(str(value) for value in row[:keys]): row[keys:]
        for row in connection.execute(sql).fetchall()
    }


@pytest.mark.parametrize("slice_type", ["company", "segment"])
def test_retention_of_the_semantic_layer_is_that_of_the_report(
    ask: Ask, many_companies: Built, slice_type: str
) -> None:
    by_segment = slice_type == "segment"
    groups = ("metric_time__month", "account__segment") if by_segment else ("metric_time__month",)
    said = ask(RETENTION, groups)
    expected = _rows(
        many_companies.connection,
        f"""select month_start_date {", slice_value" if by_segment else ""}, {", ".join(RETENTION)}
            from marts.rpt_retention_monthly
            where slice_type = '{slice_type}' and cohort_logos > 0""",
        len(groups),
    )
    assert len(expected) > 12
    assert said.keys() == expected.keys()
    for key, values in expected.items():
        assert all(map(_same, said[key], values)), (key, said[key], values)


@pytest.mark.parametrize("slice_type", ["company", "segment"])
def test_arr_and_movements_of_the_semantic_layer_are_those_of_the_marts(
    ask: Ask, many_companies: Built, slice_type: str
) -> None:
    by_segment = slice_type == "segment"
    groups = ("metric_time__month", "account_month__segment")[: 2 if by_segment else 1]
    said = ask(("arr", *MOVEMENTS, "net_new_arr", "quick_ratio"), groups)
    expected = _rows(
        many_companies.connection,
        f"""select month_start_date {", slice_value" if by_segment else ""},
                {", ".join(MOVEMENTS)}, net_new_arr, quick_ratio
            from marts.rpt_retention_monthly where slice_type = '{slice_type}'""",
        len(groups),
    )
    closing = _rows(
        many_companies.connection,
        f"""select month_start_date {", segment" if by_segment else ""}, sum(closing_arr)
            from marts.fct_arr_movements_monthly group by all""",
        len(groups),
    )
    assert len(said) > 12
    assert said.keys() == closing.keys()
    for key, values in said.items():
        assert _same(values[0], closing[key][0]), key
        assert all(map(_same, values[1:], expected[key])), (key, values, expected[key])
