"""What becomes of a contract at its end, case by case; as-of day 30 June 2026, grace 90 days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.independent.company import at, item
from tests.renewals.company import contract, day, opportunity
from tests.renewals.conftest import Build


def goes_on(
    account: str, start: str, end: str, after: int | None = 100, **more: Any
) -> list[dict[str, Any]]:
    """One item under contract `<account>_old`, and at another price under `<account>_new`."""
    same = {"subscription_item_id": f"{account}_item", "subscription_id": f"{account}_sub"}
    rows = [item(account, start, end, contract_id=f"{account}_old", **same, **more)]
    if after is not None:
        rows.append(item(account, end, None, after, contract_id=f"{account}_new", **same, **more))
    return rows


def two_terms(
    account: str, start: str, end: str, signed: str, begins: str | None = None, after: int = 100
) -> list[dict[str, Any]]:
    """A term and the one that names it."""
    return [
        contract(account, f"{account}_old", start, end),
        contract(account, f"{account}_new", begins or end, None, after, signed,
                 previous_contract_id=f"{account}_old"),
    ]  # fmt: skip


ITEMS = [
    *goes_on("on_time", "2025-03-01", "2026-03-01"),
    *goes_on("early", "2025-03-01", "2026-03-01"),
    item("late_gap", "2025-01-15", "2026-01-15", contract_id="late_gap_old"),
    item("late_gap", "2026-02-24", None, contract_id="late_gap_new"),
    item("too_late", "2025-01-15", "2026-01-15", contract_id="too_late_old"),
    item("too_late", "2026-04-25", None, contract_id="too_late_new"),
    *goes_on("late_paper", "2025-05-01", "2026-05-01"),
    *goes_on("coterm", "2025-03-01", "2026-03-01"),
    item("coterm", "2025-09-01", "2026-03-01", 20, contract_id="coterm_stub",
         subscription_item_id="coterm_addon", subscription_id="coterm_sub"),
    item("coterm", "2026-03-01", None, 20, contract_id="coterm_new",
         subscription_item_id="coterm_addon", subscription_id="coterm_sub"),
    *goes_on("multi_year", "2023-06-01", "2026-06-01"),
    item("evergreen", "2024-01-01", None, contract_id="evergreen_old"),
    item("gone_evergreen", "2024-01-01", "2026-02-01", contract_id="gone_evergreen_old",
         subscription_id="gone_sub", ended_at=at(date(2026, 2, 1))),
    item("auto", "2025-08-01", None, contract_id="auto_old"),
    item("auto_waiting", "2025-09-08", None, contract_id="auto_waiting_old"),
    item("auto_noticed", "2025-08-01", None, contract_id="auto_noticed_old",
         subscription_id="noticed_sub", cancel_at=at(date(2026, 8, 1))),
    *goes_on("partial", "2025-03-01", "2026-03-01", 60),
    item("merged", "2025-03-01", "2026-03-01", 100, contract_id="merged_old"),
    item("merged", "2024-03-01", "2026-03-01", 60, contract_id="merged_other"),
    item("merged", "2026-03-01", None, 180, contract_id="merged_new"),
    item("merged_smaller", "2025-03-01", "2026-03-01", 100, contract_id="merged_smaller_old"),
    item("merged_smaller", "2024-03-01", "2026-03-01", 60, contract_id="merged_smaller_other"),
    item("merged_smaller", "2026-03-01", None, 140, contract_id="merged_smaller_new"),
    *goes_on("split", "2025-03-01", "2026-03-01", 60),
    item("split", "2026-03-01", None, 50, contract_id="split_second"),
    *goes_on("upsell", "2025-03-01", "2026-03-01"),
    item("upsell", "2026-03-01", None, 30, contract_id="upsell_new", product_id="addon"),
    *goes_on("early_start", "2025-03-15", "2026-01-01", 120),
    *goes_on("without_opportunity", "2025-03-01", "2026-03-01"),
    *goes_on("by_date", "2025-03-01", "2026-03-01"),
    item("overdue", "2025-06-10", None, contract_id="overdue_old"),
    item("draft_only", "2025-06-10", "2026-06-10", contract_id="draft_only_old",
         subscription_item_id="draft_item"),
    item("draft_only", "2026-06-10", None, contract_id="draft_only_new",
         subscription_item_id="draft_item"),
    item("lost", "2025-03-01", "2026-03-01", contract_id="lost_old"),
    item("lost_ahead", "2025-09-01", None, contract_id="lost_ahead_old"),
    item("signed_ahead", "2025-09-01", None, contract_id="signed_ahead_old"),
    item("moved", "2025-01-01", None, 100, contract_id="moved_main"),
    item("moved", "2025-05-01", "2025-10-01", 40, contract_id="moved_old",
         subscription_item_id="moved_item"),
    item("moved", "2025-10-01", None, 40, contract_id="moved_main",
         subscription_item_id="moved_item"),
]  # fmt: skip

CONTRACTS = [
    *two_terms("on_time", "2025-03-01", "2026-03-01", "2026-02-10"),
    *two_terms("early", "2025-03-01", "2026-03-01", "2025-11-10"),
    *two_terms("late_gap", "2025-01-15", "2026-01-15", "2026-02-20", "2026-02-24"),
    *two_terms("too_late", "2025-01-15", "2026-01-15", "2026-04-20", "2026-04-25"),
    *two_terms("late_paper", "2025-05-01", "2026-05-01", "2026-05-20"),
    *two_terms("coterm", "2025-03-01", "2026-03-01", "2026-02-10"),
    contract("coterm", "coterm_stub", "2025-09-01", "2026-03-01", 20),
    contract("multi_year", "multi_year_old", "2023-06-01", "2026-06-01", term_months=36),
    contract("multi_year", "multi_year_new", "2026-06-01", "2029-06-01", 100, "2026-05-01",
             previous_contract_id="multi_year_old", term_months=36),
    contract("evergreen", "evergreen_old", "2024-01-01", None, term_months=None),
    contract("gone_evergreen", "gone_evergreen_old", "2024-01-01", "2026-02-01",
             term_months=None, status="Terminated"),
    contract("auto", "auto_old", "2025-08-01", "2026-08-01", auto_renew=True),
    contract("auto_waiting", "auto_waiting_old", "2025-09-08", "2026-09-08", auto_renew=True),
    contract("auto_noticed", "auto_noticed_old", "2025-08-01", "2026-08-01", auto_renew=True),
    *two_terms("partial", "2025-03-01", "2026-03-01", "2026-02-10", after=60),
    contract("merged", "merged_other", "2024-03-01", "2026-03-01", 60),
    *two_terms("merged", "2025-03-01", "2026-03-01", "2026-02-10", after=180),
    contract("merged_smaller", "merged_smaller_other", "2024-03-01", "2026-03-01", 60),
    *two_terms("merged_smaller", "2025-03-01", "2026-03-01", "2026-02-10", after=140),
    *two_terms("split", "2025-03-01", "2026-03-01", "2026-02-10", after=60),
    contract("split", "split_second", "2026-03-01", "2027-03-01", 50, "2026-02-12",
             previous_contract_id="split_old"),
    *two_terms("upsell", "2025-03-01", "2026-03-01", "2026-02-10", after=130),
    *two_terms("early_start", "2025-03-15", "2026-03-15", "2025-12-20", "2026-01-01", 120),
    *two_terms("without_opportunity", "2025-03-01", "2026-03-01", "2026-02-10"),
    contract("by_date", "by_date_old", "2025-03-01", "2026-03-01"),
    contract("by_date", "by_date_new", "2026-03-01", "2027-03-01", signed="2026-02-25"),
    contract("overdue", "overdue_old", "2025-06-10", "2026-06-10"),
    contract("draft_only", "draft_only_old", "2025-06-10", "2026-06-10"),
    contract("draft_only", "draft_only_new", "2026-06-10", "2027-06-10", status="Draft",
             previous_contract_id="draft_only_old", signed_at=None, activated_at=None),
    contract("lost", "lost_old", "2025-03-01", "2026-03-01"),
    contract("lost_ahead", "lost_ahead_old", "2025-09-01", "2026-09-01"),
    contract("signed_ahead", "signed_ahead_old", "2025-09-01", "2026-09-01"),
    contract("signed_ahead", "signed_ahead_new", "2026-09-01", "2027-09-01", 110, "2026-06-15",
             previous_contract_id="signed_ahead_old"),
    contract("moved", "moved_main", "2025-01-01", "2026-12-01"),
    contract("moved", "moved_old", "2025-05-01", "2026-05-01", 40),
]  # fmt: skip

# merged_new names only one of the two that went into it; the other goes by account and date
OPPORTUNITIES = [
    opportunity("on_time", "o_on_time", "2026-03-01", "on_time_old", closed="2026-02-10"),
    opportunity("by_date", "o_by_date", "2026-03-20", closed="2026-02-25"),
    opportunity("overdue", "o_overdue", "2026-06-10", "overdue_old"),
    opportunity("draft_only", "o_draft", "2026-06-10", "draft_only_old"),
    opportunity("lost", "o_lost", "2026-03-01", "lost_old", closed="2026-01-20", won=False,
                loss_reason="Price"),
    opportunity("lost_ahead", "o_lost_ahead", "2026-09-01", "lost_ahead_old",
                closed="2026-06-20", won=False),
    opportunity("nobody", "o_stray", "2026-03-01", "unknown_contract"),
]  # fmt: skip

EXPECTED: dict[str, tuple[Any, ...]] = {
    # contract: outcome, timing, closed, ARR due, ARR renewed
    "on_time_old": ("renewed", "on_time", "2026-02-10", 100, 100),
    "early_old": ("renewed", "early", "2025-11-10", 100, 100),
    "late_gap_old": ("renewed", "late", "2026-02-20", 100, 100),
    "too_late_old": ("churned", None, "2026-01-15", 100, 0),
    "late_paper_old": ("renewed", "late", "2026-05-20", 100, 100),
    "coterm_old": ("renewed", "on_time", "2026-02-10", 100, 100),
    "coterm_stub": ("renewed", "on_time", "2026-02-10", 20, 20),
    "multi_year_old": ("renewed", "on_time", "2026-05-01", 100, 100),
    "auto_old": ("renewed", "early", "2026-06-02", 100, 100),
    "auto_waiting_old": ("pending", None, None, 100, 0),
    "auto_noticed_old": ("churned", None, "2026-05-20", 100, 0),
    "partial_old": ("contracted", "on_time", "2026-02-10", 100, 60),
    "merged_old": ("expanded", "on_time", "2026-02-10", 100, 120),
    "merged_other": ("renewed", "on_time", "2026-02-10", 60, 60),
    "merged_smaller_old": ("contracted", "on_time", "2026-02-10", 100, Decimal("87.50")),
    "merged_smaller_other": ("contracted", "on_time", "2026-02-10", 60, Decimal("52.50")),
    "split_old": ("expanded", "on_time", "2026-02-10", 100, 110),
    "upsell_old": ("expanded", "on_time", "2026-02-10", 100, 130),
    "early_start_old": ("expanded", "early", "2025-12-20", 100, 120),
    "without_opportunity_old": ("renewed", "on_time", "2026-02-10", 100, 100),
    "by_date_old": ("renewed", "on_time", "2026-02-25", 100, 100),
    "overdue_old": ("overdue", None, None, 100, 0),
    "draft_only_old": ("overdue", None, None, 100, 0),
    "lost_old": ("churned", None, "2026-01-20", 100, 0),
    "lost_ahead_old": ("churned", None, "2026-06-20", 100, 0),
    "signed_ahead_old": ("expanded", "early", "2026-06-15", 100, 110),
}


@pytest.fixture(scope="module")
def renewals(build: Build) -> duckdb.DuckDBPyConnection:
    return build(
        ITEMS,
        crm_contracts=CONTRACTS,
        crm_opportunities=OPPORTUNITIES,
        notices={"noticed_sub": date(2026, 5, 20)},
    )


@pytest.mark.parametrize("contract_id", EXPECTED)
def test_what_became_of_each_term(renewals: duckdb.DuckDBPyConnection, contract_id: str) -> None:
    outcome, timing, closed, due, renewed = EXPECTED[contract_id]
    found = renewals.execute(
        "select outcome, timing, closed_date, due_arr, renewed_arr from marts.fct_renewals "
        "where contract_id = ?",
        [contract_id],
    ).fetchall()
    assert found == [(outcome, timing, day(closed), due, renewed)]


@pytest.mark.parametrize("contract_id", ["evergreen_old", "gone_evergreen_old", "moved_old"])
def test_evergreen_and_transferred_terms_are_never_due(
    renewals: duckdb.DuckDBPyConnection, contract_id: str
) -> None:
    query = "select count(*) from marts.fct_renewals where contract_id = ?"
    assert renewals.execute(query, [contract_id]).fetchone() == (0,)


def test_what_went_over_is_due_where_it_went(renewals: duckdb.DuckDBPyConnection) -> None:
    query = "select due_arr, due_quarter from marts.fct_renewals where contract_id = 'moved_main'"
    assert renewals.execute(query).fetchall() == [(140, "2026-Q4")]


def test_a_renewal_before_the_old_term_ends_counts_where_it_was_due(
    renewals: duckdb.DuckDBPyConnection,
) -> None:
    query = "select due_quarter from marts.fct_renewals where contract_id = 'early_start_old'"
    assert renewals.execute(query).fetchall() == [("2026-Q1",)]


def test_a_multi_year_term_is_due_in_its_last_quarter_only(
    renewals: duckdb.DuckDBPyConnection,
) -> None:
    query = "select due_quarter from marts.fct_renewals where account_id = 'multi_year' order by 1"
    assert renewals.execute(query).fetchall() == [("2026-Q2",), ("2029-Q2",)]


def test_a_stubs_money_counts_and_its_logo_does_not(renewals: duckdb.DuckDBPyConnection) -> None:
    query = """
        select sum(due_arr), sum(case when is_coterm_stub then 0 else 1 end)
        from marts.fct_renewals where account_id = 'coterm' and due_quarter = '2026-Q1'"""
    assert renewals.execute(query).fetchall() == [(120, 1)]


def test_each_side_of_what_does_not_match_is_listed(renewals: duckdb.DuckDBPyConnection) -> None:
    found = set(renewals.execute(
        "select side, record_id from marts.rpt_renewals_unmatched").fetchall())  # fmt: skip
    assert ("opportunity_without_term", "o_stray") in found
    assert ("term_without_opportunity", "without_opportunity_old") in found
    matched = {"on_time_old", "by_date_old", "overdue_old", "lost_old"}
    assert not matched & {record for _, record in found}


def test_opportunities_match_by_id_first_then_by_account_and_date(
    renewals: duckdb.DuckDBPyConnection,
) -> None:
    query = """select contract_id, opportunity_id, opportunity_rule from marts.fct_renewals
        where contract_id in ('on_time_old', 'by_date_old') order by 1"""
    assert renewals.execute(query).fetchall() == [
        ("by_date_old", "o_by_date", "account_and_dates"),
        ("on_time_old", "o_on_time", "contract_id"),
    ]


def test_a_quarters_parts_sum_to_what_the_ledger_shows_afterwards(
    renewals: duckdb.DuckDBPyConnection,
) -> None:
    """What was due in Q1 2026, term by term, and what each was worth afterwards."""
    row = renewals.execute("""
        select due_arr - churned_arr - contracted_arr - undecided_arr + uplift_arr, renewed_arr
        from marts.rpt_renewals_quarterly
        where slice_type = 'company' and due_quarter = '2026-Q1'""").fetchone()
    in_the_quarter = [
        *("on_time_old", "early_old", "late_gap_old", "too_late_old", "coterm_old"),
        *("coterm_stub", "partial_old", "merged_old", "merged_other", "merged_smaller_old"),
        *("merged_smaller_other", "split_old", "upsell_old", "early_start_old"),
        *("without_opportunity_old", "by_date_old", "lost_old"),
    ]
    renewed = sum(Decimal(EXPECTED[name][4]) for name in in_the_quarter)
    assert row == (renewed, renewed)
