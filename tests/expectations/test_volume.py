"""A mart that lost most of its rows since the last publication stops the audit."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expectations.volume import collapsed_marts


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts; create schema reference")
        connection.execute("create table marts.dim_accounts as select * from range(40)")
        connection.execute("create table marts.fct_data_issues as select * from range(1)")
        connection.execute(
            "create table reference.volume_policy as"
            " select 'dim_accounts' as mart, 0.5::decimal(5, 4) as min_share_of_published"
            " union all select 'dim_contracts', 0.5"
        )
    return file


def test_less_than_half_of_the_accounts_is_a_collapse(warehouse: Path) -> None:
    (found,) = collapsed_marts(warehouse, {"dim_accounts": 81})
    assert found[0] == "marts.dim_accounts"
    assert found[1].startswith("marts.dim_accounts has 40 rows after 81 published. Look for")


def test_half_is_no_collapse(warehouse: Path) -> None:
    assert list(collapsed_marts(warehouse, {"dim_accounts": 80})) == []


def test_issues_may_vanish_and_a_mart_that_was_never_published_is_not_missed(
    warehouse: Path,
) -> None:
    assert list(collapsed_marts(warehouse, {"fct_data_issues": 900})) == []
