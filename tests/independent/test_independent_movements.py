"""The labels of metrics.md row by row, and its eight accounts, worked by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.independent.amounts import month_start
from tests.independent.company import billed_company, item
from tests.independent.inputs import Options
from tests.independent.ledger import read_ledger
from tests.independent.movements import movements
from tests.independent.retention import retention

FIRST = 2025 * 12  # January 2025
NO_GRACE = Options(late_renewal_grace_days=0)


def account_of(account: str, arr_by_month: list[int]) -> list[dict]:
    """An account's ARR by month end as items of one month each; a 0 is a trial."""
    return [
        item(account, month_start(FIRST + place).isoformat(),
             month_start(FIRST + place + 1).isoformat(), arr or 100,
             subscription_id=f"s_{account}", subscription_item_id=f"i_{account}",
             is_trial=arr == 0)
        for place, arr in enumerate(arr_by_month)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("history", "label", "amount"),
    [
        ([100], "new", 100),
        ([0, 50], "new", 50),
        ([100, 150], "expansion", 50),
        ([150, 120], "contraction", -30),
        ([120, 0], "churn", -120),
        ([120, 0, 0], "none", 0),
        ([120, 0, 90], "reactivation", 90),
        ([100, 100], "none", 0),
    ],
)
def test_each_arr_history_has_the_label_of_the_definitions(
    history: list[int], label: str, amount: int
) -> None:
    as_of = date(2025, len(history), 28)
    found = movements(read_ledger(billed_company(account_of("A", history)), as_of, NO_GRACE))
    last = found.iloc[-1]
    assert last["month_start_date"] == month_start(FIRST + len(history) - 1)
    assert last["movement"] == label
    flows = ["new_arr", "expansion_arr", "contraction_arr", "churn_arr", "reactivation_arr"]
    assert {name: last[name] for name in flows if last[name]} == (
        {f"{label}_arr": Decimal(amount)} if amount else {}
    )
    assert last["closing_arr"] == history[-1]


EIGHT = {
    "flat": [100] * 13,
    "grew": [100] * 6 + [150] * 7,
    "lost": [100] * 6 + [0] * 7,
    "shrank": [100] * 6 + [60] * 7,
    "came_back": [100] * 4 + [0] * 3 + [100] * 6,
    "up_and_down": [100] * 4 + [200] * 4 + [120] * 5,
    "came_later": [0] * 5 + [100] * 8,
    "paused": [100] * 6 + [0] + [100] * 6,
}


def test_the_eight_accounts_give_the_seven_ratios_of_the_definitions() -> None:
    # Cohort at month 0: seven accounts of 100 = 700.
    # nrr: 100+150+0+60+100+120+100 = 630 / 700. grr: 100+100+0+60+100+100+100 = 560 / 700.
    # Their year: expansion 50+100, contraction -40-80, churn -300, reactivation +200:
    # (700+150-120-300) / 700 = 430 / 700; with reactivation 630 / 700; (700-120-300) / 700.
    # Chained, all accounts open at a month's start: month 4 700/700 (grr 600/700), month 6
    # 610/800 (560/800, the later account among them), month 8 730/810 (730/810), the others 1.
    items = [row for name, history in EIGHT.items() for row in account_of(name, history)]
    ledger = read_ledger(billed_company(items), date(2026, 1, 31), NO_GRACE)
    found = retention(ledger, ("company",)).iloc[-1]
    assert found["cohort_logos"] == 7
    assert found["start_arr"] == 700
    assert found["nrr"] == pytest.approx(630 / 700)
    assert found["grr"] == pytest.approx(560 / 700)
    assert found["nrr_movement"] == pytest.approx(430 / 700)
    assert found["nrr_movement_reactivation"] == pytest.approx(630 / 700)
    assert found["grr_movement"] == pytest.approx(280 / 700)
    assert found["nrr_chained"] == pytest.approx(610 / 800 * 730 / 810)
    assert found["grr_chained"] == pytest.approx(6 / 7 * 560 / 800 * 730 / 810)
    names = ["nrr", "grr", "nrr_movement", "nrr_movement_reactivation", "grr_movement",
             "nrr_chained", "grr_chained"]  # fmt: skip
    assert [round(100 * found[name], 1) for name in names] == [
        90.0, 80.0, 61.4, 90.0, 40.0, 68.7, 54.1,
    ]  # fmt: skip
    assert found["logo_retention"] == pytest.approx(6 / 7)


def test_a_month_without_a_year_before_it_has_no_ratio() -> None:
    ledger = read_ledger(billed_company(account_of("A", [100, 150])), date(2025, 2, 28))
    found = retention(ledger, ("company",)).iloc[-1]
    assert found["cohort_logos"] == 0
    assert found[["nrr", "grr", "nrr_chained", "logo_retention"]].isna().all()
    assert found["net_new_arr"] == 50


def test_an_empty_company_has_no_rows() -> None:
    ledger = read_ledger(billed_company([]), date(2025, 2, 28))
    assert movements(ledger).empty
    assert retention(ledger).empty


def test_a_second_subscription_expands_and_losing_one_of_two_contracts() -> None:
    items = [item("A", "2025-01-01"), item("A", "2025-02-10", "2025-04-10", 40)]
    found = movements(read_ledger(billed_company(items), date(2025, 4, 30)))
    assert list(found["movement"]) == ["new", "expansion", "none", "contraction"]
    assert list(found["closing_arr"]) == [100, 140, 140, 100]


def test_a_plan_swap_is_one_movement_of_the_net_amount() -> None:
    items = [
        item("A", "2025-01-01", "2025-02-10", 100, plan_name="basic"),
        item("A", "2025-02-10", None, 130, plan_name="pro"),
    ]
    found = movements(read_ledger(billed_company(items), date(2025, 2, 28))).iloc[-1]
    assert (found["movement"], found["expansion_arr"], found["churn_arr"]) == ("expansion", 30, 0)
    # The item that came: another of its product was there, none on pro: plan +130. The one that
    # went: another of its product is there, none on basic: plan -100.
    assert found["plan_arr"] == 30
    assert found["product_arr"] == found["seats_arr"] == found["price_arr"] == 0
