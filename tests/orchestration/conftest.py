"""A small built warehouse: two marts with comments, gated, built and audited for one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import build_state

DAY = date(2026, 6, 30)


def write_marts(connection: duckdb.DuckDBPyConnection, arr: int) -> None:
    connection.execute("create schema if not exists marts")
    connection.execute(
        "create or replace table marts.dim_accounts as "
        f"select 'A' || i as account_id, ({arr} + i)::decimal(18,2) as arr from range(100) t(i)"
    )
    connection.execute("comment on table marts.dim_accounts is 'One row per account; it''s here'")
    connection.execute("comment on column marts.dim_accounts.arr is 'ARR in US dollars'")
    connection.execute("create or replace table marts.dim_dates as select date '2026-06-30' as day")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


@pytest.fixture
def audited(warehouse: Path) -> Callable[[int], Path]:
    """Makes an audited build whose marts hold a given ARR, in the same warehouse file each time."""

    def build(arr: int = 1000, as_of: date = DAY) -> Path:
        with duckdb.connect(str(warehouse)) as connection:
            build_state.start_build(connection, as_of)
            build_state.record_conformed(connection, as_of)
            build_state.record_gate(connection, as_of, passed=True)
            build_state.void_marts(connection, as_of)
            write_marts(connection, arr)
            build_state.record_built(connection, as_of)
            build_state.record_audit(connection, as_of, passed=True)
        return warehouse

    return build
