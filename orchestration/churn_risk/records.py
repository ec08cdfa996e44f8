"""The tables of the schema `churn_risk`, in which runs of the fit are written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import yaml

from orchestration.settings import PROJECT

if TYPE_CHECKING:
    import duckdb

    from orchestration.churn_risk.model import Model
    from orchestration.churn_risk.proposals import Proposal

SCHEMA = "churn_risk"
SOURCES = PROJECT / "dbt_project" / "models" / "marts" / "health" / "_churn_risk__sources.yml"


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that dbt's source describes, where they aren't there yet."""
    connection.execute(f"create schema if not exists {SCHEMA}")
    [source] = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    for table in source["tables"]:
        columns = ", ".join(f"{one['name']} {one['data_type']}" for one in table["columns"])
        connection.execute(f"create table if not exists {SCHEMA}.{table['name']} ({columns})")


def is_recorded(connection: duckdb.DuckDBPyConnection, run_id: str) -> bool:
    """Whether a run stands there already."""
    prepare(connection)
    query = f"select count(*) from {SCHEMA}.model_runs where run_id = ?"
    return connection.execute(query, [run_id]).fetchall()[0][0] > 0


def write_run(
    connection: duckdb.DuckDBPyConnection,
    row: Mapping[str, object],
    model: Model | None,
    proposals: Iterable[Proposal],
) -> None:
    """Write a new run with its coefficients and proposals, all or nothing."""
    prepare(connection)
    run = {"run_id": row["run_id"]}
    connection.execute("begin")
    try:
        number = f"select count(*) + 1 from {SCHEMA}.model_runs"
        row = {**row, "run_number": connection.execute(number).fetchall()[0][0]}
        _insert(connection, "model_runs", row)
        for part in model.coefficients if model else ():
            one = {
                "input_id": part.input_id,
                "renewals": part.renewals,
                "mean_grade": part.mean_grade,
                "grade_deviation": part.grade_deviation,
                "coefficient": part.coefficient,
                "standard_coefficient": part.standard_coefficient,
            }
            _insert(connection, "coefficients", run | one)
        for proposal in proposals:
            for one in proposal.rows():
                _insert(connection, "weight_proposals", run | one)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: Mapping[str, object]) -> None:
    marks = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into {SCHEMA}.{table} ({', '.join(row)}) values ({marks})", list(row.values())
    )
