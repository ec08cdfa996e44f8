"""A company of a few raw rows, conformed by dbt as of a day; and without its later rows."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.ingestion.contract import contract_tables
from orchestration.ingestion.source_tables import METADATA_COLUMNS, source_systems
from tests.unit.dbt import company

ROOT = Path(__file__).resolve().parents[3]
DBT_PROJECT = ROOT / "dbt_project"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Conformed:
    """A warehouse that dbt conformed; `one` and `all` give rows as dictionaries."""

    warehouse: Path

    def all(self, query: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            result = connection.execute(query)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def one(self, table: str, **key: str) -> dict[str, Any]:
        where = " and ".join(f"{column} = '{value}'" for column, value in key.items())
        (row,) = self.all(f"select * from conformed.{table} where {where}")
        return row


def write_raw(warehouse: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Every raw table of the built-in systems, and those mapped ones that have rows."""
    with duckdb.connect(str(warehouse)) as connection:
        for system, known in source_systems(ROOT).items():
            for name, table in known.items():
                columns = {column.name: column.data_type for column in table.columns}
                _write(
                    connection, f"raw_{system}", name, columns, tables.get(f"{system}.{name}", [])
                )
        for name, table in contract_tables(ROOT).items():
            if rows := tables.get(f"mapped.{name}"):
                columns = {column.name: column.data_type for column in table.columns}
                _write(connection, "raw_mapped", name, columns, rows)


def _write(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    columns: Mapping[str, str],
    rows: Sequence[Row],
) -> None:
    typed = {**columns, **METADATA_COLUMNS}
    body = ", ".join(f'"{column}" {kind}' for column, kind in typed.items())
    connection.execute(f"create schema if not exists {schema}")
    connection.execute(f'create table {schema}."{name}" ({body})')
    for row in rows:
        assert row.keys() <= typed.keys(), row.keys() - typed.keys()
        landed = {
            "_source_system": schema.removeprefix("raw_"),
            "_source_file": f"{name}.csv",
            "_load_id": "load-1",
            "_loaded_at": "2026-07-01",
            "_row_hash": json.dumps({k: v for k, v in row.items() if k[0] != "_"}, sort_keys=True),
            **row,
        }
        connection.execute(
            f'insert into {schema}."{name}" ({", ".join(chr(34) + c + chr(34) for c in landed)}) '
            f"values ({', '.join('?' for _ in landed)})",
            list(landed.values()),
        )


@contextmanager
def _warehouse_variable(warehouse: Path) -> Iterator[None]:
    before = os.environ.get("CSOPS_WAREHOUSE")
    os.environ["CSOPS_WAREHOUSE"] = str(warehouse)
    try:
        yield
    finally:
        if before is None:
            del os.environ["CSOPS_WAREHOUSE"]
        else:
            os.environ["CSOPS_WAREHOUSE"] = before


def conform(warehouse: Path, target: Path, as_of: str, mapped: Sequence[str]) -> Conformed:
    """Staging and the input contract of a warehouse with raw tables; data tests must pass."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    variables = json.dumps({"as_of_date": as_of, "mapped_tables": list(mapped)})
    with _warehouse_variable(warehouse):
        try:
            result = dbtRunner().invoke(
                [
                    "--quiet", "--log-level-file", "none", "--no-write-json", "build",
                    "--select", "currencies", "csops.staging", "csops.conformed",
                    "--exclude", "data_issues", "resource_type:unit_test",
                        "--indirect-selection", "cautious",
                    "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
                    "--target-path", str(target), "--vars", variables,
                ]
            )  # fmt: skip
        finally:
            DuckDBConnectionManager.close_all_connections()
    assert result.success, result.exception or [
        f"{one.node.name}: {one.message}"
        for one in result.result
        if one.status in ("error", "fail")
    ]
    return Conformed(warehouse)


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dbt-target")


@pytest.fixture(scope="session")
def conformed(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> Conformed:
    """The small company as of a day in the middle of its life."""
    warehouse = tmp_path_factory.mktemp("whole") / "warehouse.duckdb"
    write_raw(warehouse, company.ROWS)
    return conform(warehouse, dbt_target, company.AS_OF, company.MAPPED)


@pytest.fixture(scope="session")
def conformed_without_later_rows(
    tmp_path_factory: pytest.TempPathFactory, dbt_target: Path
) -> Conformed:
    """The same company and day, with every raw row that was made after the day taken away."""
    warehouse = tmp_path_factory.mktemp("truncated") / "warehouse.duckdb"
    write_raw(warehouse, company.rows_made_by_the_day())
    return conform(warehouse, dbt_target, company.AS_OF, company.MAPPED)
