"""Order, cuts and a shift of all dates leave the marts as they are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.independent.amounts import months_later
from tests.independent.inputs import contract
from tests.revenue.answers import MARTS, differences, mart
from tests.revenue.conftest import Builder
from tests.revenue.warehouses import FOUR_YEARS_ON, YEAR_END, Built, put_together

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def in_dollars(build: Builder) -> Built:
    return build(put_together(range(60), dollars_only=True), YEAR_END)


@pytest.fixture(scope="module")
def in_many_currencies(build: Builder) -> Built:
    return build(put_together(range(60)), YEAR_END)


def assert_same(
    ours: duckdb.DuckDBPyConnection, theirs: duckdb.DuckDBPyConnection, names: tuple = MARTS
) -> None:
    for name in names:
        rows = mart(theirs, name)
        assert rows, name
        assert differences(mart(ours, name), rows)[:5] == [], name


def test_the_order_of_rows_changes_nothing(build: Builder, in_many_currencies: Built) -> None:
    shuffled = {name: rows.sample(frac=1, random_state=7)
                for name, rows in in_many_currencies.tables.items()}  # fmt: skip
    assert_same(build(shuffled, YEAR_END).connection, in_many_currencies.connection)


def test_an_interval_cut_in_two_changes_nothing(build: Builder, in_many_currencies: Built) -> None:
    tables = in_many_currencies.tables
    subscriptions = tables["billing_subscriptions"].set_index("subscription_id")
    cut: list[dict[str, Any]] = []
    for row in tables["billing_subscription_items"].to_dict("records"):
        middle = pd.Timestamp(row["valid_from"]) + timedelta(days=20)
        end = pd.Timestamp.max if pd.isna(row["valid_to"]) else pd.Timestamp(row["valid_to"])
        began = pd.Timestamp(subscriptions.loc[row["subscription_id"], "started_at"])
        # A trial item cut after its trial end would become a trial of its own without one.
        if began < middle < end and not row["is_trial"]:
            cut += [{**row, "valid_to": middle}, {**row, "valid_from": middle}]
        else:
            cut.append(row)
    assert len(cut) > len(tables["billing_subscription_items"]) + 50
    columns = list(contract("billing_subscription_items")["columns"])
    items = pd.DataFrame(cut, columns=columns, dtype=object)
    halved = build({**tables, "billing_subscription_items": items}, YEAR_END)
    assert_same(halved.connection, in_many_currencies.connection)


def test_an_item_split_into_two_of_half_the_quantity_changes_nothing(
    build: Builder, in_dollars: Built
) -> None:
    items = in_dollars.tables["billing_subscription_items"].copy()
    # Whole cents in every half: prices in whole thirds of a dollar, an even quantity, no discount.
    items["unit_amount"] = [price.quantize(Decimal(1)) * 36 for price in items["unit_amount"]]
    items["quantity"] = [quantity * 2 for quantity in items["quantity"]]
    items["discount_percent"] = None
    halves = []
    for name in ("a", "b"):
        half = items.copy()
        half["subscription_item_id"] += name
        half["quantity"] = [quantity / 2 for quantity in half["quantity"]]
        halves.append(half)
    whole = build({**in_dollars.tables, "billing_subscription_items": items}, YEAR_END)
    parts = build({**in_dollars.tables,
                   "billing_subscription_items": pd.concat(halves, ignore_index=True)},
                  YEAR_END)  # fmt: skip
    assert_same(parts.connection, whole.connection)


def moved(value: Any) -> Any:
    """Four years later, on the same day of the calendar."""
    if value is None or pd.isna(value):
        return value
    day = months_later(date(value.year, value.month, value.day), 48)
    return value.replace(year=day.year, month=day.month, day=day.day)


def test_a_shift_of_every_date_shifts_the_answers(build: Builder, in_dollars: Built) -> None:
    # By four years, so that leap days stay leap days and each gap keeps its length.
    tables: Tables = {}
    for name, rows in in_dollars.tables.items():
        kinds = contract(name)["columns"]
        dates = [c for c, kind in kinds.items() if kind in ("date", "timestamp") and c[0] != "_"]
        tables[name] = rows.assign(
            **{column: pd.Series([moved(v) for v in rows[column]], dtype=object, index=rows.index)
               for column in dates}
        )  # fmt: skip
    later = build(tables, FOUR_YEARS_ON).connection
    for name in MARTS:
        expected = {}
        for key, row in mart(in_dollars.connection, name).items():
            shifted = {column: shifted_value(value) for column, value in row.items()}
            expected[tuple(shifted_value(part) for part in key)] = shifted
        assert differences(mart(later, name), expected)[:5] == [], name


def shifted_value(value: Any) -> Any:
    if isinstance(value, date):
        return months_later(value, 48)
    if isinstance(value, str) and "-Q" in value:
        return f"{int(value[:4]) + 4}{value[4:]}"
    return value
