"""The eight accounts of the definitions and somebody else's worked example, through the SQL."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.independent.company import billed_company
from tests.independent.test_independent_movements import EIGHT, account_of
from tests.independent.test_independent_worked_example import EXAMPLE, tables_of_the_tape
from tests.revenue.answers import mart, rows_of
from tests.revenue.conftest import Builder
from tests.revenue.warehouses import AFTER_THE_EXAMPLES, NO_GRACE

needs_the_example = pytest.mark.skipif(
    not EXAMPLE.exists(), reason="the worked example lies beside the project, not in it"
)


def test_the_eight_accounts_give_the_seven_ratios_of_the_definitions(build: Builder) -> None:
    items = [row for name, history in EIGHT.items() for row in account_of(name, history)]
    marts = build(billed_company(items), AFTER_THE_EXAMPLES, NO_GRACE).connection
    found = mart(marts, "rpt_retention_monthly")[date(2026, 1, 1), "company", "company"]
    assert (found["cohort_logos"], found["start_arr"], found["end_arr"]) == (7, 700, 630)
    names = ["nrr", "grr", "nrr_movement", "nrr_movement_reactivation", "grr_movement",
             "nrr_chained", "grr_chained"]  # fmt: skip
    assert [round(100 * found[name], 1) for name in names] == [
        90.0, 80.0, 61.4, 90.0, 40.0, 68.7, 54.1,
    ]  # fmt: skip
    assert found["logo_retention"] == pytest.approx(6 / 7)


@pytest.fixture(scope="module")
def tape(build: Builder) -> duckdb.DuckDBPyConnection:
    """Each line of the tape is an invoice line over its whole month, so ARR is twelve times it."""
    return build(tables_of_the_tape(), AFTER_THE_EXAMPLES, NO_GRACE).connection


def expected(name: str) -> Iterator[dict[str, str]]:
    with Path(EXAMPLE / f"expected_{name}.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def month_of(day: str) -> date:
    return date.fromisoformat(day).replace(day=1)


def number(text: str) -> float | None:
    return float(text) if text else None


def matches(ours: Any, theirs: str) -> bool:
    return ours is None if not theirs else float(ours) == pytest.approx(float(theirs))


@needs_the_example
def test_the_waterfall_is_theirs_to_the_cent(tape: duckdb.DuckDBPyConnection) -> None:
    ours = {row["month_start_date"]: row for row in rows_of(tape, """
        select month_start_date, sum(opening_arr) as beginning, sum(new_arr) as new_logo,
            -sum(churn_arr) as churn, sum(reactivation_arr) as reactivation,
            sum(expansion_arr) as expansion, -sum(contraction_arr) as contraction,
            sum(closing_arr) as ending, count(*) filter (where movement = 'new') as new_logos,
            count(*) filter (where movement = 'reactivation') as reactivated_logos,
            count(*) filter (where movement = 'churn') as churned_logos,
            count(*) filter (where closing_arr > 0) as active_logos
        from marts.fct_arr_movements_monthly group by all""")}  # fmt: skip
    theirs = list(expected("waterfall"))
    assert len(theirs) == len(ours) == 14
    for row in theirs:
        found = ours[month_of(row["period_end"])]
        for name in ("beginning", "new_logo", "churn", "reactivation", "expansion", "contraction",
                     "ending"):  # fmt: skip
            assert found[name] == Decimal(row[name]) * 12, (row["period_end"], name)
        for name in ("new_logos", "reactivated_logos", "churned_logos", "active_logos"):
            assert found[name] == int(row[name]), (row["period_end"], name)


@needs_the_example
def test_every_metric_of_theirs_is_ours(tape: duckdb.DuckDBPyConnection) -> None:
    retention = mart(tape, "rpt_retention_monthly")
    months = {row["month_start_date"]: row for row in rows_of(tape, """
        select month_start_date, sum(opening_arr) as opening, sum(closing_arr) as closing,
            count(*) filter (where closing_arr > 0) as active,
            count(*) filter (where opening_arr > 0) as began,
            count(*) filter (where movement = 'churn') as churned,
            -sum(contraction_arr + churn_arr) as lost
        from marts.fct_arr_movements_monthly group by all""")}  # fmt: skip
    for row in expected("metrics"):
        month = month_of(row["period_end"])
        found, company = months[month], retention[month, "company", "company"]
        assert found["closing"] == Decimal(row["revenue"]) * 12 == Decimal(row["arr"])
        assert found["active"] == int(row["active_customers"])
        assert float(found["closing"] / 12 / found["active"]) == pytest.approx(float(row["arpa"]))
        for theirs, mine in (("nrr_12m", "nrr"), ("grr_12m", "grr"),
                             ("logo_retention_12m", "logo_retention")):  # fmt: skip
            assert matches(company[mine], row[theirs]), (month, mine)
        if row["quick_ratio"] or month != date(2025, 1, 1):  # theirs leaves the first month out
            assert matches(company["quick_ratio"], row["quick_ratio"]), month
        if row["gross_revenue_churn_rate"]:
            assert matches(found["lost"] / found["opening"], row["gross_revenue_churn_rate"])
            assert matches(found["churned"] / found["began"], row["logo_churn_rate"])


@needs_the_example
def test_retention_by_vintage_is_theirs(tape: duckdb.DuckDBPyConnection) -> None:
    ours = {(row["vintage"], row["age"]): row for row in rows_of(tape, """
        with starts as (
            select account_id, min(month_start_date) as vintage,
                min_by(closing_arr, month_start_date) as start_arr
            from marts.fct_arr_movements_monthly where closing_arr > 0 group by all
        )
        select vintage, date_diff('month', vintage, month_start_date) as age,
            count(*) as logos_start, count(*) filter (where closing_arr > 0) as active_logos,
            sum(start_arr) as start_arr, sum(closing_arr) as arr
        from starts inner join marts.fct_arr_movements_monthly using (account_id)
        where month_start_date >= vintage group by all""")}  # fmt: skip
    theirs = list(expected("retention"))
    assert len(ours) == len(theirs)
    for row in theirs:
        found = ours[month_of(row["vintage"]), int(row["age"])]
        assert found["logos_start"] == int(row["logos_start"])
        assert found["active_logos"] == int(row["active_logos"])
        assert found["start_arr"] == Decimal(row["revenue_start"]) * 12
        assert found["arr"] == Decimal(row["revenue"]) * 12
        assert matches(found["active_logos"] / found["logos_start"], row["logo_retention"])
        assert matches(found["arr"] / found["start_arr"], row["ndr"])


@needs_the_example
def test_quarterly_cohorts_are_their_vintages_put_together(tape: duckdb.DuckDBPyConnection) -> None:
    theirs: dict[tuple[str, int], list[dict[str, str]]] = {}
    for row in expected("retention"):
        start = month_of(row["vintage"])
        quarter = f"{start.year}-Q{(start.month + 2) // 3}"
        theirs.setdefault((quarter, int(row["age"])), []).append(row)
    ours = mart(tape, "rpt_retention_cohorts")
    vintages = {quarter: len(rows) for (quarter, age), rows in theirs.items() if age == 0}
    whole = {key: rows for key, rows in theirs.items() if len(rows) == vintages[key[0]]}
    assert ours.keys() == whole.keys()
    for key, rows in whole.items():
        assert ours[key]["arr"] == sum(Decimal(row["revenue"]) for row in rows) * 12
        assert ours[key]["active_logos"] == sum(int(row["active_logos"]) for row in rows)


@needs_the_example
def test_concentration_and_tier_migration_are_theirs(tape: duckdb.DuckDBPyConnection) -> None:
    for row in expected("concentration"):
        shares = [one["arr"] for one in rows_of(tape, f"""
            select closing_arr as arr from marts.fct_arr_movements_monthly
            where closing_arr > 0 and month_start_date = '{month_of(row["period_end"])}'
            order by closing_arr desc""")]  # fmt: skip
        whole = sum(shares)
        assert len(shares) == int(row["customers"])
        assert whole == Decimal(row["revenue"]) * 12
        assert matches(sum(shares[: -(-len(shares) // 10)]) / whole, row["top_decile_share"])
        assert matches(sum(shares[:10]) / whole, row["top10_share"])
        assert matches(sum((share / whole) ** 2 for share in shares), row["hhi"])
    tier = "case when {0} = 0 then 'Inactive' when {0} < 10000 then '<$10k' else 'more' end"
    moves = {(row["period_end"], row["was"], row["is_now"]): row for row in rows_of(tape, f"""
        select state_date as period_end, {tier.format("opening_arr")} as was,
            {tier.format("closing_arr")} as is_now, count(*) as customers,
            sum(opening_arr) as opening, sum(closing_arr) as closing
        from marts.fct_arr_movements_monthly
        where opening_arr <> 0 or closing_arr <> 0 group by all""")}  # fmt: skip
    theirs = list(expected("tier_migration"))
    assert len(moves) == len(theirs)
    for row in theirs:
        found = moves[date.fromisoformat(row["period_end"]), row["from_tier"], row["to_tier"]]
        assert found["customers"] == int(row["customers"])
        assert found["opening"] == Decimal(row["revenue_from"]) * 12
        assert found["closing"] == Decimal(row["revenue_to"]) * 12
