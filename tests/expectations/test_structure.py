from __future__ import annotations

import math

import duckdb
import pytest

from expectations import judge, validate_suites
from expectations.catalogue import Table, contract_tables, declared_tables
from expectations.structure import mart_suite, structural_suite
from tests.expectations.warehouse import build

QBRS = "conformed.cs_qbrs"
OVERRIDES = "conformed.cs_health_overrides"
SOUND = (
    f"insert into {QBRS} (qbr_id, account_id, status, updated_at) values "
    "('q1', 'A1', 'held', timestamp '2026-06-30 23:59:59')",
    f"insert into {OVERRIDES} (account_id, band, author_user_id, reason, set_at, expires_at) "
    "values ('A1', 'red', 'u', 'gut', timestamp '2026-01-01', timestamp '2026-09-01')",
)


@pytest.fixture(scope="module")
def contract():
    return contract_tables(declared_tables())


def empty_tables(tables):
    for table in tables:
        columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
        yield f"create table {table.name} ({columns})"


def failing(warehouse, suites):
    return {
        (check.table, check.name): check
        for result in validate_suites(warehouse, "conformed", suites)
        for check in result.checks
        if not check.success
    }


def test_empty_tables_in_the_shape_of_the_contract_pass(tmp_path, contract):
    warehouse = build(tmp_path / "w.duckdb", *empty_tables(contract))
    suites = [structural_suite(table) for table in contract]
    results = validate_suites(warehouse, "conformed", suites)
    assert [check.error for result in results for check in result.checks if not check.success] == []
    assert judge(warehouse, results, expected=suites).passed


@pytest.mark.parametrize(
    ("damage", "check", "key"),
    [
        (
            f"alter table {QBRS} drop column held_at",
            (QBRS, "columns_and_types_are_those_of_the_contract"),
            "held_at",
        ),
        (
            f"alter table {QBRS} alter due_date type varchar",
            (QBRS, "columns_and_types_are_those_of_the_contract"),
            "due_date",
        ),
        (f"insert into {QBRS} from {QBRS}", (QBRS, "primary_key_is_unique"), "q1"),
        (
            f"insert into {OVERRIDES} from {OVERRIDES}",
            (OVERRIDES, "primary_key_is_unique"),
            "A1|2026-01-01 00:00:00",
        ),
        (f"update {QBRS} set status = null", (QBRS, "required_columns_are_filled"), "q1: status"),
        (
            f"update {QBRS} set qbr_id = null, status = null",
            (QBRS, "required_columns_are_filled"),
            ": qbr_id, status",
        ),
        (
            f"update {QBRS} set updated_at = timestamp '2026-07-01 00:00:00'",
            (QBRS, "nothing_is_known_before_its_day"),
            "q1",
        ),
        (
            f"update {OVERRIDES} set set_at = timestamp '2026-07-01 00:00:00'",
            (OVERRIDES, "nothing_is_known_before_its_day"),
            "A1|2026-07-01 00:00:00",
        ),
    ],
)
def test_a_structural_fault_of_a_contract_table_is_found_and_named(
    tmp_path, contract, damage, check, key
):
    chosen = [table for table in contract if table.name in (QBRS, OVERRIDES)]
    suites = [structural_suite(table) for table in chosen]
    warehouse = build(tmp_path / "w.duckdb", *empty_tables(chosen), *SOUND)
    assert not failing(warehouse, suites)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(damage)
    found = failing(warehouse, suites)
    assert found[check].offending_keys == (key,)
    assert found[check].severity == "block"


def test_a_table_of_the_contract_that_is_not_there_fails_every_check(tmp_path, contract):
    warehouse = build(tmp_path / "w.duckdb", *empty_tables(contract), f"drop table {QBRS}")
    suite = structural_suite(next(table for table in contract if table.name == QBRS))
    found = failing(warehouse, [suite])
    assert len(found) == len(suite.expectations)
    assert {check.error for check in found.values()} == {f"{QBRS} is not in the warehouse"}


@pytest.mark.parametrize("value", ["'nan'", "'inf'", "'-inf'"])
def test_a_fraction_of_a_mart_that_is_no_number_is_found(tmp_path, value):
    assert not math.isfinite(float(value.strip("'")))
    mart = Table("marts.rpt_rates", {"account_id": "string", "rate": "double"}, ("account_id",))
    rows = "create schema marts; create table marts.rpt_rates as select 'A1' as account_id, "
    sound = build(tmp_path / "w.duckdb", rows + "cast(0.5 as double) as rate")
    assert not failing(sound, [mart_suite(mart)])
    broken = build(tmp_path / "v.duckdb", rows + f"cast({value} as double) as rate")
    (check,) = failing(broken, [mart_suite(mart)]).values()
    assert check.name == "every_fraction_is_a_number"
    assert check.offending_keys == ("A1",)
