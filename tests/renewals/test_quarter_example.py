"""The example of the definitions: 100 due, 90 booked, of which 5 due later and 3 earlier: 82 %."""

from __future__ import annotations

import duckdb
import pytest

from tests.independent.company import item
from tests.renewals.company import contract
from tests.renewals.conftest import Build


def renewed(account: str, start: str, end: str, arr: int, signed: str) -> tuple[list, list]:
    """Items and contracts of a term that goes on at the same price."""
    same = {"subscription_item_id": f"{account}_item", "subscription_id": f"{account}_sub"}
    items = [
        item(account, start, end, arr, contract_id=f"{account}_old", **same),
        item(account, end, None, arr, contract_id=f"{account}_new", **same),
    ]
    contracts = [
        contract(account, f"{account}_old", start, end, arr),
        contract(account, f"{account}_new", end, None, arr, signed,
                 previous_contract_id=f"{account}_old"),
    ]  # fmt: skip
    return items, contracts


@pytest.fixture(scope="module")
def quarter(build: Build) -> duckdb.DuckDBPyConnection:
    kept = renewed("kept", "2025-02-01", "2026-02-01", 82, "2026-01-20")
    due_later = renewed("due_later", "2025-05-01", "2026-05-01", 5, "2026-03-10")
    due_earlier = renewed("due_earlier", "2024-12-20", "2025-12-20", 3, "2026-01-05")
    items = [
        *(row for rows, _ in (kept, due_later, due_earlier) for row in rows),
        item("lost", "2025-02-15", "2026-02-15", 18, contract_id="lost_old"),
    ]
    contracts = [
        *(row for _, rows in (kept, due_later, due_earlier) for row in rows),
        contract("lost", "lost_old", "2025-02-15", "2026-02-15", 18),
    ]
    return build(items, crm_contracts=contracts)


def test_a_renewal_counts_in_the_quarter_in_which_it_was_due(
    quarter: duckdb.DuckDBPyConnection,
) -> None:
    found = quarter.execute("""
        select due_arr, booked_arr, booked_due_later_arr, booked_due_earlier_arr, retained_arr,
            renewal_rate_arr, renewal_rate_logo, on_time_renewal_rate
        from marts.rpt_renewals_quarterly
        where slice_type = 'company' and due_quarter = '2026-Q1'""").fetchone()
    assert found == (100, 90, 5, 3, 82, pytest.approx(0.82), 0.5, 0.5)


def test_both_denominators_of_the_on_time_rate(quarter: duckdb.DuckDBPyConnection) -> None:
    """Q4 2025: one due and renewed late, so on time 0 of 1 either way; Q2 2026: 1 of 1."""
    found = quarter.execute("""
        select due_quarter, on_time_renewal_rate, on_time_renewal_rate_of_closed, late_arr,
            early_arr
        from marts.rpt_renewals_quarterly
        where slice_type = 'company' and due_quarter in ('2025-Q4', '2026-Q2')
        order by 1""").fetchall()
    assert found == [("2025-Q4", 0.0, 0.0, 3, 0), ("2026-Q2", 1.0, 1.0, 0, 5)]
