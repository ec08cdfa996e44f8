"""Contract tables into and out of DuckDB, so that both implementations read the same rows."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from tests.independent.company import TABLES
from tests.independent.inputs import contract


def write_conformed(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pd.DataFrame]
) -> None:
    """Replace each table of the schema `conformed` by these rows, in the contract's types."""
    connection.execute("create schema if not exists conformed")
    for name in TABLES:
        types = {"string": "varchar", "int": "integer"}
        columns = contract(name)["columns"]
        declared = ", ".join(
            f"{column} {types.get(kind, kind)}" for column, kind in columns.items()
        )
        connection.execute(f"create or replace table conformed.{name} ({declared})")
        records = tables[name][list(columns)].astype(object)
        rows = records.where(records.notna(), None).to_numpy().tolist()
        if rows:
            marks = ", ".join("?" for _ in columns)
            connection.executemany(f"insert into conformed.{name} values ({marks})", rows)


def read_conformed(connection: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The tables of the schema `conformed`, decimals as Decimal (a plain `.df()` makes floats)."""
    found = {}
    for name in TABLES:
        columns = list(contract(name)["columns"])
        rows = connection.execute(f"select {', '.join(columns)} from conformed.{name}").fetchall()
        found[name] = pd.DataFrame(rows, columns=columns, dtype=object)
    return found
