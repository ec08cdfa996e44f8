"""The committed sample company: SQL and the second implementation say the same of every account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.independent.inputs import ROOT, Options, plan_rates_of_reference
from tests.independent.intervals import recognised_months
from tests.independent.ledger import read_ledger
from tests.independent.retention import SLICES
from tests.independent.survival import lives, survival
from tests.independent.warehouse import read_conformed
from tests.revenue.answers import MARTS, disagreements, keyed, mart, rows_of
from tests.revenue.reference import with_reference_names
from tests.revenue.warehouses import BUILT, Built
from tests.support.compiled_models import CompiledModels

LAST_DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def sample(conformed_sample: Path, compiled: Callable[..., CompiledModels]) -> Built:
    with duckdb.connect(str(conformed_sample), read_only=True) as connection:
        tables = read_conformed(connection)
    options = Options(plan_rates=plan_rates_of_reference())
    ledger = read_ledger(with_reference_names(tables), LAST_DAY, options)
    return Built(tables, compiled(LAST_DAY).build(conformed_sample, BUILT), ledger)


@pytest.mark.parametrize("name", MARTS)
def test_every_account_and_month_of_the_sample_has_the_same_numbers(
    sample: Built, name: str
) -> None:
    assert disagreements(sample.connection, sample.ledger, name)[:5] == []


def test_invoices_of_the_sample_are_spread_over_the_same_months(sample: Built) -> None:
    key = ("invoice_line_id", "month_start_date")
    ours = rows_of(
        sample.connection,
        "select invoice_line_id, month_start_date, net_amount as amount "
        "from intermediate.int_invoice_line_months",
    )
    assert keyed(ours, key) == keyed(recognised_months(sample.tables), key)


def test_lifetime_values_of_the_sample_are_the_area_under_a_librarys_curve(sample: Built) -> None:
    rows = rows_of(
        sample.connection,
        f"""select * from marts.rpt_customer_lifetime_value
            where month_start_date = date '{LAST_DAY.replace(day=1)}' and segment <> '(none)'""",
    )
    expected = lives(sample.ledger, sample.ledger.last_month)
    known = 0
    for row in rows:
        of_segment = expected[row["segment"]]
        assert row["accounts_at_horizon"] == sum(months >= 60 for months, _ in of_segment)
        if row["accounts_at_horizon"] < 5:
            assert row["expected_years"] is row["lifetime_value_within_horizon"] is None
            continue
        years = sum(share for age, share, *_ in survival(of_segment) if age < 60) / 12
        value = float(row["arr"]) / row["active_accounts"] * 0.80 * years
        assert float(row["expected_years"]) == pytest.approx(years, abs=6e-5)
        assert float(row["lifetime_value_within_horizon"]) == pytest.approx(value, rel=1e-5)
        known += 1
    assert 0 < known < len(rows) == 3


def test_the_sample_holds_what_makes_the_comparison_worth_something(sample: Built) -> None:
    rows = list(mart(sample.connection, "fct_arr_movements_monthly").values())
    assert len({row["account_id"] for row in rows}) > 250
    labels = Counter(row["movement"] for row in rows)
    assert set(labels) == {"none", "new", "expansion", "contraction", "churn", "reactivation"}
    assert min(labels.values()) >= 20
    assert sum(row["is_late_renewal"] for row in rows) > 20
    assert sum(row["fx_arr_spot"] != 0 for row in rows) > 1000
    assert sum(row["churn_reason"] is not None for row in rows) > 20
    for part in ("seats_arr", "price_arr", "plan_arr", "product_arr"):
        assert sum(row[part] != 0 for row in rows) > 20, part
    parents = mart(sample.connection, "fct_arr_parent_movements_monthly").values()
    assert any(row["transfer_arr"] != 0 for row in parents)
    slices = {slice_type for _, slice_type, _ in mart(sample.connection, "rpt_retention_monthly")}
    assert slices == set(SLICES)


def test_the_account_of_the_docs_is_what_its_billing_records_make_by_hand(sample: Built) -> None:
    # Worked out on paper in docs/revenue.md, section 7, from seeds/raw/stripe and finance.
    by_hand = {
        "2022-07-01": ("new", "4884.54", "4884.54"),
        "2023-01-01": ("expansion", "542.73", "5427.27"),
        "2023-07-01": ("expansion", "3433.18", "8860.45"),
        "2024-07-01": ("contraction", "-981.84", "7878.61"),
        "2025-07-01": ("contraction", "-2687.99", "5190.62"),
    }
    rows = [
        row
        for (account, _), row in mart(sample.connection, "fct_arr_movements_monthly").items()
        if account == "0015g00000gw9CrAAI"
    ]
    assert len(rows) == 48
    moved = {
        str(row["month_start_date"]): (
            row["movement"],
            str(row["closing_arr"] - row["opening_arr"]),
            str(row["closing_arr"]),
        )
        for row in rows
        if row["movement"] != "none"
    }
    assert moved == by_hand
    (july,) = [row for row in rows if row["month_start_date"] == date(2025, 7, 1)]
    assert {name: str(july[name]) for name in july if july[name] and name.endswith("_spot")} == {
        "opening_arr_spot": "7667.53", "fx_arr_spot": "213.35",
        "contraction_arr_spot": "-2688.77", "closing_arr_spot": "5192.11",
    }  # fmt: skip
    assert (str(july["seats_arr"]), str(july["price_arr"])) == ("-3466.59", "778.60")
    page = (ROOT / "docs" / "revenue.md").read_text(encoding="utf-8").replace("−", "-")
    for label, amount, closing in by_hand.values():
        assert f"| {label} | {float(amount):,.2f} | {float(closing):,.2f} |" in page
