"""What gate and audit said is kept, day by day, and a day that is run again has one answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.gate import Ruling, Verdict
from expectations.results import CheckResult, SuiteResult
from orchestration.publication.quality_results import keep_results

DAY = date(2026, 6, 30)
CHECK = CheckResult(
    suite="accounts",
    name="a_customer_has_an_arr",
    table="conformed.crm_accounts",
    column="arr",
    rule_id="missing_arr",
    severity="quarantine",
    dimension="completeness",
    success=False,
    unexpected_count=7,
    element_count=207,
    unexpected_share=7 / 207,
    offending_keys=("g", "f", "e", "d", "c", "b", "a"),
    accounts_at_stake=7,
    arr_at_stake=Decimal("40455.50"),
    observed="",
    description="Nobody knows what they are worth.",
    remedy="Fill it.",
    owner="RevOps",
)
PASSED = replace(CHECK, name="ids_are_unique", success=True, unexpected_count=0, offending_keys=())
STRUCTURE = replace(CHECK, name="columns_are_there", rule_id="missing_column", severity="block")


def _result(*checks: CheckResult) -> list[SuiteResult]:
    return [SuiteResult("accounts", "conformed", "conformed.crm_accounts", "RevOps", checks)]


def _ruling(check: str, blocks: bool) -> Ruling:
    return Ruling("missing_arr", "conformed.crm_accounts", check, blocks, "It lacks.", "RevOps")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        yield connection


def test_each_check_is_kept_with_what_followed_and_a_sample_of_the_records(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    verdict = Verdict(
        False,
        "conformed",
        3,
        (_ruling("accounts.columns_are_there", True),),
        (_ruling("missing_arr", False),),
    )
    assert keep_results(connection, DAY, "gate", _result(CHECK, PASSED, STRUCTURE), verdict) == 3
    rows = connection.execute(
        "select check_name, ruling, is_passed, unexpected_count, arr_at_stake, sampled_keys "
        "from ops.quality_results order by check_name"
    ).fetchall()
    assert rows == [
        ("a_customer_has_an_arr", "warns", False, 7, Decimal("40455.50"), "a, b, c, d, e"),
        ("columns_are_there", "blocks", False, 7, Decimal("40455.50"), "a, b, c, d, e"),
        ("ids_are_unique", "passes", True, 0, Decimal("40455.50"), None),
    ]


def test_a_day_that_is_run_again_replaces_its_stage_and_nothing_else(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    verdict = Verdict(True, "conformed", 1, (), ())
    keep_results(connection, DAY, "gate", _result(CHECK, PASSED), verdict)
    keep_results(connection, DAY, "audit", _result(CHECK), verdict)
    keep_results(connection, date(2026, 6, 29), "gate", _result(CHECK), verdict)
    before = connection.execute("select * from ops.quality_results order by all").fetchall()
    keep_results(connection, DAY, "gate", _result(CHECK, PASSED), verdict)
    assert before == connection.execute("select * from ops.quality_results order by all").fetchall()
    keep_results(connection, DAY, "gate", _result(PASSED), verdict)
    kept = connection.execute(
        "select as_of_date, stage, count(*) from ops.quality_results group by all order by all"
    ).fetchall()
    assert kept == [(date(2026, 6, 29), "gate", 1), (DAY, "audit", 1), (DAY, "gate", 1)]


def test_a_check_that_was_answered_twice_is_kept_once(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    verdict = Verdict(False, "conformed", 2, (), ())
    assert keep_results(connection, DAY, "gate", _result(CHECK, CHECK), verdict) == 1


def test_days_that_nobody_trends_any_more_are_forgotten(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    verdict = Verdict(True, "conformed", 1, (), ())
    keep_results(connection, date(2025, 5, 1), "gate", _result(CHECK), verdict)
    keep_results(connection, date(2025, 6, 1), "gate", _result(CHECK), verdict)
    keep_results(connection, DAY, "gate", _result(CHECK), verdict)
    kept = connection.execute("select distinct as_of_date from ops.quality_results order by 1")
    assert [day for (day,) in kept.fetchall()] == [date(2025, 6, 1), DAY]
