"""What holds for every company: at least five hundred random ones, by Hypothesis and by seed."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tests.independent.amounts import months_later
from tests.independent.cohorts import cohorts
from tests.independent.company import TABLES, Company, billed_company, combined, item
from tests.independent.histories import companies, generated_company
from tests.independent.inputs import contract
from tests.independent.ledger import Ledger, item_intervals, read_ledger
from tests.independent.movements import LABELS, movements, product_movements
from tests.independent.retention import retention
from tests.independent.split import PARTS
from tests.independent.warehouse import read_conformed, write_conformed

SEEDS = range(440)  # and sixty by Hypothesis
random_companies = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read(company: Company) -> Ledger:
    return read_ledger(company.tables, company.as_of, company.options)


def check_movements(ledger: Ledger) -> Counter[str]:
    accounts = movements(ledger).to_dict("records")
    products = product_movements(ledger).to_dict("records")
    for row in accounts + products:
        flows = {label: row[f"{label}_arr"] for label in LABELS}
        assert row["opening_arr"] + sum(flows.values()) == row["closing_arr"]
        spot = [row[f"{label}_arr_spot"] for label in LABELS]
        moved = sum(spot) + row["fx_arr_spot"]
        assert row["opening_arr_spot"] + moved == row["closing_arr_spot"]
        assert {label for label, flow in flows.items() if flow} == {row["movement"]} - {"none"}
        assert flows["contraction"] <= 0 >= flows["churn"]
        assert min(flows["new"], flows["expansion"], flows["reactivation"]) >= 0
    for row in accounts:
        assert sum(row[part] for part in PARTS) == row["expansion_arr"] + row["contraction_arr"]
    for before, now in pairwise(accounts):
        if before["account_id"] != now["account_id"]:
            assert now["opening_arr"] == 0
            continue
        assert now["month_start_date"] == months_later(before["month_start_date"], 1)
        assert now["opening_arr"] == before["closing_arr"]
        assert now["opening_arr_spot"] == before["closing_arr_spot"]
    news = Counter(row["account_id"] for row in accounts if row["movement"] == "new")
    assert max(news.values(), default=0) <= 1
    assert sums_by(products, "closing_arr", "account_id", "month_start_date") == sums_by(
        accounts, "closing_arr", "account_id", "month_start_date"
    )
    return Counter(row["movement"] for row in accounts)


def sums_by(rows: list[dict[str, Any]], amount: str, *keys: str) -> dict[tuple, Decimal]:
    """Sums by key that aren't zero."""
    sums: dict[tuple, Decimal] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        sums[key] = sums.get(key, Decimal(0)) + row[amount]
    return {key: total for key, total in sums.items() if total}


def check_retention(ledger: Ledger) -> None:
    found = retention(ledger).to_dict("records")
    for row in found:
        if row["cohort_logos"]:
            assert row["grr"] <= 1
            assert row["grr"] <= row["nrr"]
            assert row["retained_logos"] + row["churned_logos"] == row["cohort_logos"]
        if row["nrr_chained"] == row["nrr_chained"] and row["nrr_chained"] is not None:
            assert row["grr_chained"] <= row["nrr_chained"] + 1e-12
    additive = ["cohort_logos", "retained_logos", "start_arr", "end_arr", "retained_arr",
                "nrr_movement_numerator", "grr_movement_numerator", "net_new_arr",
                "nrr_movement_reactivation_numerator", "quick_ratio_numerator"]  # fmt: skip
    by_type: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        by_type.setdefault(row["slice_type"], []).append(row)
    for slice_type, rows in by_type.items():
        # An account counts once in each product that it had, so only these two add up there.
        names = additive if slice_type != "product" else ["start_arr", "net_new_arr"]
        for name in names:
            of_company = sums_by(by_type["company"], name, "month_start_date")
            assert sums_by(rows, name, "month_start_date") == of_company, (slice_type, name)
    for row in cohorts(ledger).to_dict("records"):
        assert row["grr"] <= 1
        assert row["months_since_start"] > 0 or row["nrr"] == row["logo_retention"] == 1


def test_movements_and_retention_hold_for_hundreds_of_companies_and_reach_every_label() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        ledger = read(generated_company(seed))
        seen += check_movements(ledger)
        check_retention(ledger)
    labels = {"new", "expansion", "contraction", "churn", "reactivation", "none"}
    assert set(seen) == labels
    assert min(seen.values()) > 50


@random_companies
@given(companies())
def test_movements_and_retention_hold_for_any_company(company: Company) -> None:
    ledger = read(company)
    check_movements(ledger)
    check_retention(ledger)


def answers(company: Company) -> tuple[pd.DataFrame, ...]:
    ledger = read(company)
    return movements(ledger), product_movements(ledger), retention(ledger), cohorts(ledger)


def assert_same(left: Company, right: Company) -> None:
    for ours, theirs in zip(answers(left), answers(right), strict=True):
        pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.parametrize("seed", range(0, 60, 2))
def test_the_order_of_rows_and_duplicates_of_them_change_nothing(seed: int) -> None:
    company = generated_company(seed)
    shuffled = {
        name: pd.concat([rows, rows.head(2)]).sample(frac=1, random_state=seed)
        for name, rows in company.tables.items()
    }
    assert_same(company, Company(shuffled, company.as_of, company.options))


@pytest.mark.parametrize("seed", range(1, 60, 2))
def test_an_interval_cut_in_two_changes_nothing(seed: int) -> None:
    company = generated_company(seed)
    cut: list[dict[str, Any]] = []
    for row in company.tables["billing_subscription_items"].to_dict("records"):
        middle = pd.Timestamp(row["valid_from"]) + pd.Timedelta(days=20)
        end = pd.Timestamp.max if pd.isna(row["valid_to"]) else pd.Timestamp(row["valid_to"])
        subscription = company.tables["billing_subscriptions"].set_index("subscription_id")
        began = pd.Timestamp(subscription.loc[row["subscription_id"], "started_at"])
        # A trial item whose trial end lies before the cut would be cut into "trial" and "no later
        # trial end known", so those stay whole.
        if began < middle < end and not row["is_trial"]:
            cut += [{**row, "valid_to": middle}, {**row, "valid_from": middle}]
        else:
            cut.append(row)
    columns = list(contract("billing_subscription_items")["columns"])
    items = pd.DataFrame(cut, columns=columns, dtype=object)
    tables = {**company.tables, "billing_subscription_items": items}
    assert_same(company, Company(tables, company.as_of, company.options))


@pytest.mark.parametrize("seed", range(20))
def test_an_item_cut_into_two_of_half_the_price_leaves_the_movements(seed: int) -> None:
    company = generated_company(seed, dollars_only=True)
    items = company.tables["billing_subscription_items"].copy()
    items["unit_amount"] = [price.quantize(Decimal(1)) * 36 for price in items["unit_amount"]]
    items["quantity"] = [quantity * 2 for quantity in items["quantity"]]
    items["discount_percent"] = None  # so that every half is worth whole cents
    halves = []
    for name in ("a", "b"):
        half = items.copy()
        half["subscription_item_id"] += name
        half["quantity"] = [quantity / 2 for quantity in half["quantity"]]
        halves.append(half)
    parts = pd.concat(halves, ignore_index=True)
    tables = company.tables
    whole = Company({**tables, "billing_subscription_items": items}, company.as_of, company.options)
    split = Company({**tables, "billing_subscription_items": parts}, company.as_of, company.options)
    pd.testing.assert_frame_equal(movements(read(whole)), movements(read(split)))
    pd.testing.assert_frame_equal(retention(read(whole)), retention(read(split)))


def shifted(value: Any, years: int) -> Any:
    if value is None or value is pd.NaT:
        return value
    return months_later_exact(value, 12 * years)


def months_later_exact(value: Any, months: int) -> Any:
    if isinstance(value, pd.Timestamp):
        day = months_later(value.date(), months)
        return value.replace(year=day.year, month=day.month, day=day.day)
    if hasattr(value, "hour"):
        day = months_later(value.date(), months)
        return value.replace(year=day.year, month=day.month, day=day.day)
    return months_later(value, months)


@pytest.mark.parametrize("seed", range(40))
def test_shifting_every_date_shifts_the_answers(seed: int) -> None:
    # Four years, so that leap days stay leap days and every gap keeps its length;
    # dollars only, so that no rate depends on the year.
    company = generated_company(seed, dollars_only=True)
    tables = {}
    for name in TABLES:
        rows = company.tables[name].copy()
        for column, kind in contract(name)["columns"].items():
            if kind in ("date", "timestamp") and not column.startswith("_"):
                rows[column] = pd.Series(
                    [shifted(value, 4) for value in rows[column]], dtype=object
                )
        tables[name] = rows
    later = Company(tables, months_later_exact(company.as_of, 48), company.options)
    for ours, theirs in zip(answers(company), answers(later), strict=True):
        if ours.empty:
            assert theirs.empty
            continue
        for column in {"month_start_date"} & set(ours.columns):
            ours[column] = [months_later(day, 48) for day in ours[column]]
        for name in {"slice_value", "start_cohort"} & set(ours.columns):
            ours[name] = [
                f"{int(value[:4]) + 4}{value[4:]}" if "-Q" in value else value
                for value in ours[name]
            ]
        pd.testing.assert_frame_equal(ours, theirs)


def test_shifting_a_dollar_company_by_one_year_shifts_its_movements() -> None:
    # One year changes the length of February only: items begin and end on firsts of months, so no
    # month end moves; the gaps of this company are none or far beyond grace.
    def company(year: int) -> Ledger:
        items = [
            item("A", f"{year}-01-01", f"{year}-03-01", 120),
            item("A", f"{year}-09-01", None, 90),
            item("B", f"{year}-02-01", f"{year}-06-01", 50, 3),
        ]
        return read_ledger(billed_company(items), date(year, 12, 31))

    ours, theirs = movements(company(2023)), movements(company(2024))
    ours["month_start_date"] = [months_later(day, 12) for day in ours["month_start_date"]]
    pd.testing.assert_frame_equal(ours, theirs)


def test_many_companies_put_together_have_the_movements_of_each() -> None:
    apart = {f"n{seed}": generated_company(seed, dollars_only=True) for seed in range(30)}
    day = date(2025, 6, 30)
    together = movements(read_ledger(combined(apart), day)).set_index(
        ["account_id", "month_start_date"]
    )
    for name, company in apart.items():
        alone = movements(read_ledger(company.tables, day))
        for row in alone.to_dict("records"):
            found = together.loc[(f"{name}_{row['account_id']}", row["month_start_date"])]
            assert found["closing_arr"] == row["closing_arr"]
            assert found["movement"] == row["movement"]


def test_every_generated_table_has_exactly_the_contract_columns() -> None:
    for seed in range(25):
        company = generated_company(seed)
        for name, rows in company.tables.items():
            assert list(rows.columns) == list(contract(name)["columns"])
            key = contract(name)["primary_key"]
            assert not rows.duplicated(key).any()
            assert rows[key].notna().all(axis=None)


def test_generated_companies_reach_the_corners() -> None:
    ledgers = [read(generated_company(seed)) for seed in range(120)]
    items = pd.concat([item_intervals(ledger) for ledger in ledgers])
    assert set(items["arr_source"]) == {"billing", "invoice", "crm"}
    assert items["is_late_renewal"].sum() > 20
    assert {"USD", "EUR", "JPY", "GBP", "CHF"} <= set(items["currency"])
    merged = sum(
        ledger.crm.survivor(account) != account
        for ledger in ledgers
        for account in ledger.crm.accounts
    )
    assert merged > 20


@pytest.mark.parametrize("seed", range(3))
def test_tables_read_back_from_a_warehouse_give_the_same_answers(seed: int, tmp_path: Path) -> None:
    company = generated_company(seed)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        write_conformed(connection, company.tables)
        assert_same(company, Company(read_conformed(connection), company.as_of, company.options))
