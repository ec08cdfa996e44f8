"""One small company per rule, worked by hand in the comments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from tests.independent.amounts import cents, whole_months
from tests.independent.cohorts import cohorts
from tests.independent.company import at, billed_company, company_tables, item
from tests.independent.inputs import Options
from tests.independent.intervals import annualised, net_invoice_lines, spread
from tests.independent.ledger import item_intervals, read_ledger
from tests.independent.movements import movements, product_movements
from tests.independent.retention import retention


def months(
    tables: dict[str, pd.DataFrame], as_of: str, options: Options | None = None
) -> pd.DataFrame:
    found = movements(read_ledger(tables, date.fromisoformat(as_of), options))
    found.index = [f"{row.account_id} {row.month_start_date:%Y-%m}" for row in found.itertuples()]
    return found


def test_money_is_rounded_half_away_from_zero() -> None:
    assert [cents(Fraction(text)) for text in ("0.005", "-0.005", "1.004999", "2.345")] == [
        1, -1, 100, 235,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "arr"),
    [
        # 9.99 x 3 x 0.875 x 12 = 314.685, half up
        ({"unit_amount": "9.99", "quantity": "3", "discount_percent": "12.5",
          "billing_interval": "month"}, "314.69"),
        # 1,000 for three years: 333.33 a year
        ({"unit_amount": "1000", "interval_count": 3}, "333.33"),
        ({"unit_amount": "300", "billing_interval": "quarter"}, "1200"),
        ({"unit_amount": "10", "billing_interval": "week", "interval_count": 2}, "260"),
        ({"unit_amount": "1", "billing_interval": "day"}, "365"),
        ({"unit_amount": "10", "usage_type": "metered"}, "0"),
        ({"unit_amount": "10", "discount_percent": "100"}, "0"),
        ({"unit_amount": "10", "billing_interval": "one_time"}, "0"),
    ],
)  # fmt: skip
def test_arr_of_an_item_is_a_year_of_its_recurring_price(terms: dict[str, Any], arr: str) -> None:
    number = {name: Decimal(value) for name, value in terms.items()
              if name in ("unit_amount", "quantity", "discount_percent")}  # fmt: skip
    tables = billed_company([{**item("A", "2025-01-01"), **terms, **number}])
    found = item_intervals(read_ledger(tables, date(2025, 1, 31)))
    assert list(found["arr"]) == [Decimal(arr)]


def test_an_item_stands_until_the_day_before_the_first_of_its_ends() -> None:
    # valid_to 1 May, ended 20 April at noon, cancel_at 25 April: the last day with ARR is 19 April.
    # It started by its valid_from on 5 January, but its subscription only on 2 February.
    tables = billed_company(
        [item("A", "2025-01-05", "2025-05-01", started_at=at(date(2025, 2, 2), 9),
              ended_at=at(date(2025, 4, 20), 12), cancel_at=at(date(2025, 4, 25)))]
    )  # fmt: skip
    assert list(months(tables, "2025-04-19")["movement"]) == ["new", "none", "none"]
    assert list(months(tables, "2025-04-20")["movement"]) == ["new", "none", "churn"]
    intervals = item_intervals(read_ledger(tables, date(2025, 4, 30)))
    assert list(intervals["valid_from_date"]) == [date(2025, 2, 2)]
    assert list(intervals["valid_to_date"]) == [date(2025, 4, 20)]


def test_a_subscription_that_ends_on_the_first_is_not_active_on_the_first() -> None:
    found = months(billed_company([item("A", "2025-01-01", "2025-03-01")]), "2025-03-01")
    assert list(found["closing_arr"]) == [100, 100, 0]


def test_items_never_completed_or_not_yet_begun_are_not_there() -> None:
    tables = billed_company([
        item("A", "2025-01-01", status="incomplete_expired"), item("B", "2025-03-01"),
    ])  # fmt: skip
    assert months(tables, "2025-02-28").empty


def test_a_trial_is_nothing_until_the_day_it_ends() -> None:
    # The trial ends on 1 February: January closes with 0, so there is no row; February is new.
    tables = billed_company([item("A", "2025-01-01", trial_end=at(date(2025, 2, 1)))])
    found = months(tables, "2025-02-28")
    assert list(found.index) == ["A 2025-02"]
    assert list(found["movement"]) == ["new"]
    # An item marked as a trial without a trial end is free all the way.
    assert months(billed_company([item("A", "2025-01-01", is_trial=True)]), "2025-02-28").empty


def gap_of(days: int) -> dict[str, pd.DataFrame]:
    """ARR 100 until 9 March; the first day without it is 10 March; then 120 after a gap."""
    restart = date.fromordinal(date(2025, 3, 10).toordinal() + days)
    return billed_company([item("A", "2025-01-01", "2025-03-10"),
                           item("A", restart.isoformat(), None, 120)])  # fmt: skip


def test_a_gap_of_ninety_days_is_a_late_renewal() -> None:
    # 10 March + 90 days = 8 June. March, April, May keep 100; June closes with 120, and its
    # first week was restated.
    found = months(gap_of(90), "2025-06-30")
    assert list(found["closing_arr"]) == [100, 100, 100, 100, 100, 120]
    assert list(found["movement"]) == ["new", "none", "none", "none", "none", "expansion"]
    assert list(found["is_late_renewal"]) == [False, False, True, True, True, True]


def test_a_gap_of_ninety_one_days_is_churn_and_reactivation() -> None:
    found = months(gap_of(91), "2025-06-30")
    assert list(found["movement"]) == ["new", "none", "churn", "none", "none", "reactivation"]
    assert found.loc["A 2025-03", "churn_arr"] == -100
    assert found.loc["A 2025-06", "reactivation_arr"] == 120
    assert not found["is_late_renewal"].any()


def test_what_was_known_before_the_restart_still_shows_the_gap() -> None:
    assert list(months(gap_of(90), "2025-05-31")["movement"]) == [
        "new", "none", "churn", "none", "none",
    ]  # fmt: skip


def test_a_merged_account_counts_under_the_survivor_from_the_beginning() -> None:
    # A (100) was merged into B (50), B into C (no billing of its own): C has 150 from January on.
    tables = billed_company(
        [item("A", "2025-01-01"), item("B", "2025-01-15", None, 50)],
        crm_accounts=[
            {"account_id": "A", "merged_into_account_id": "B", "is_deleted": True},
            {"account_id": "B", "merged_into_account_id": "C", "is_deleted": True},
            {"account_id": "C"},
        ],
    )
    found = months(tables, "2025-03-31")
    assert list(found.index) == ["C 2025-01", "C 2025-02", "C 2025-03"]
    assert list(found["closing_arr"]) == [150, 150, 150]
    assert list(found["movement"]) == ["new", "none", "none"]


def test_the_ultimate_parent_is_the_one_of_that_month_and_a_cycle_ends() -> None:
    # A moved from P to Q on 10 February; P and Q are each other's parents.
    tables = billed_company(
        [item("A", "2025-01-01")],
        crm_accounts=[
            {"account_id": "A", "parent_account_id": "Q"},
            {"account_id": "P"},
            {"account_id": "Q", "parent_account_id": "R"},
            {"account_id": "R", "parent_account_id": "Q"},
        ],
        crm_account_changes=[{"account_id": "A", "field_name": "parent_account_id",
                              "old_value": "P", "new_value": "Q",
                              "changed_at": datetime(2025, 2, 10, 8)}],
    )  # fmt: skip
    found = months(tables, "2025-02-28")
    assert list(found["ultimate_parent_account_id"]) == ["P", "R"]


RATES = [
    {"currency": "EUR", "rate_date": date(2024, 12, 31), "usd_rate": Decimal("1.10")},
    {"currency": "EUR", "rate_date": date(2025, 1, 31), "usd_rate": Decimal("1.20")},
    {"currency": "EUR", "rate_date": date(2025, 2, 20), "usd_rate": Decimal("1.30")},
]


def test_a_rate_moves_only_the_spot_view_and_stands_under_fx() -> None:
    # EUR 100, from 1 February with one unit more. Plan rate of 2025: 1.10, known on 31 December.
    # Spot: January 100 x 1.20 = 120, exact. February at 1.30, last known on the 20th: 200 x 1.30 =
    # 260; fx = 100 x 1.30 - 120 = 10; expansion = 260 - 120 - 10 = 130.
    tables = billed_company(
        [item("A", "2025-01-01", "2025-02-01", subscription_item_id="i", subscription_id="s",
              currency="EUR"),
         item("A", "2025-02-01", None, 100, 2, subscription_item_id="i", subscription_id="s")],
        fx_rates=RATES,
    )  # fmt: skip
    found = months(tables, "2025-03-31")
    assert list(found["closing_arr"]) == [110, 220, 220]
    assert list(found["closing_arr_spot"]) == [120, 260, 260]
    february = found.loc["A 2025-02"]
    assert (february["fx_arr_spot"], february["expansion_arr_spot"]) == (10, 130)
    assert (february["expansion_arr"], february["seats_arr"]) == (110, 110)
    assert list(found["spot_rate_status"]) == ["exact", "last_known", "last_known"]
    assert list(found["fx_arr_spot"]) == [0, 10, 0]


def test_a_plan_rate_of_the_company_wins_and_the_first_known_rate_is_the_last_resort() -> None:
    tables = billed_company([item("A", "2025-02-01", currency="EUR")], fx_rates=RATES)
    given = Options(plan_rates={("EUR", 2025): Decimal("1.25")})
    assert list(months(tables, "2025-02-28", given)["closing_arr"]) == [125]
    late = billed_company([item("A", "2025-02-01", currency="EUR")], fx_rates=RATES[1:])
    assert list(months(late, "2025-02-28")["closing_arr"]) == [120]
    # In January 2025 (before 31 January) no spot rate is known: the plan rate stands in.
    early = billed_company([item("A", "2025-01-05", currency="EUR")], fx_rates=RATES[2:])
    found = months(early, "2025-02-28").iloc[0]
    assert (found["spot_rate_status"], found["closing_arr_spot"]) == ("missing", 130)


def test_a_change_of_currency_at_the_same_value_is_no_movement() -> None:
    # USD 110 becomes EUR 100 at the plan rate 1.10: constant 110 and 110; spot 110, then 130.
    tables = billed_company(
        [item("A", "2025-01-01", "2025-02-10", 110), item("A", "2025-02-10", currency="EUR")],
        fx_rates=RATES,
    )
    february = months(tables, "2025-02-28").loc["A 2025-02"]
    assert february["movement"] == "none"
    assert (february["fx_arr_spot"], february["closing_arr_spot"]) == (20, 130)


def test_yen_is_not_divided_by_a_hundred() -> None:
    rate = [{"currency": "JPY", "rate_date": date(2024, 12, 1), "usd_rate": Decimal("0.0065")}]
    tables = billed_company([item("A", "2025-01-01", None, 150000, currency="JPY")], fx_rates=rate)
    assert list(months(tables, "2025-01-31")["closing_arr"]) == [975]


def swapped(before: dict[str, Any], after: dict[str, Any]) -> pd.Series:
    """The second month of an account whose one item changed its terms on 10 February."""
    same = {"subscription_item_id": "i", "subscription_id": "s"}
    first = {**item("A", "2025-01-01", "2025-02-10"), **same, **before}
    second = {**item("A", "2025-02-10"), **same, **after}
    return months(billed_company([first, second]), "2025-02-28").loc["A 2025-02"]


def parts(row: pd.Series) -> dict[str, int]:
    names = ["seats_arr", "price_arr", "plan_arr", "product_arr"]
    return {name[:-4]: int(row[name]) for name in names if row[name]}


def test_an_expansion_is_seats_at_the_old_price_and_the_rest_is_price() -> None:
    # 10 seats x 100 = 1000 to 12 seats x 110 = 1320: seats 2 x 100 = 200, price 120.
    ten = {"quantity": Decimal(10)}
    twelve = {"quantity": Decimal(12), "unit_amount": Decimal(110)}
    assert parts(swapped(ten, twelve)) == {"seats": 200, "price": 120}
    # And back: 1320 to 1000: seats -2 x 110 = -220, price -100.
    assert parts(swapped(twelve, ten)) == {"seats": -220, "price": -100}


def test_another_plan_of_the_same_item_is_all_plan() -> None:
    assert parts(swapped({}, {"plan_name": "pro", "quantity": Decimal(3)})) == {"plan": 200}


@pytest.mark.parametrize(
    ("terms", "part"),
    [
        ({"product_id": "addon"}, "product"),
        ({"product_id": "core", "plan_name": "pro"}, "plan"),
        ({"product_id": "core", "plan_name": "basic"}, "seats"),
    ],
)
def test_an_item_that_came_or_went_is_product_else_plan_else_seats(
    terms: dict[str, Any], part: str
) -> None:
    items = [item("A", "2025-01-01"), item("A", "2025-02-10", "2025-03-10", 40, **terms)]
    found = months(billed_company(items), "2025-03-31")
    assert parts(found.loc["A 2025-02"]) == {part: 40}
    assert parts(found.loc["A 2025-03"]) == {part: -40}


def test_a_cross_sell_is_new_for_the_product_and_expansion_for_the_account() -> None:
    items = [item("A", "2025-01-01"), item("A", "2025-02-10", None, 40, product_id="addon")]
    found = product_movements(read_ledger(billed_company(items), date(2025, 2, 28)))
    assert found[["product_id", "movement", "account_movement"]].to_numpy().tolist() == [
        ["addon", "new", "expansion"], ["core", "new", "new"], ["core", "none", "expansion"],
    ]  # fmt: skip


def invoiced(
    amounts: list[tuple[str, str]], start: date, end: date, credit: str | None = None
) -> dict[str, pd.DataFrame]:
    """One invoice of account A with lines of (type, amount), all over one service period."""
    lines = [
        {"invoice_line_id": f"l{number}", "invoice_id": "v", "line_type": kind,
         "amount": Decimal(amount), "currency": "USD", "period_start": at(start),
         "period_end": at(end)}
        for number, (kind, amount) in enumerate(amounts)
    ]  # fmt: skip
    notes = [{"credit_note_id": "n", "invoice_id": "v", "status": "issued",
              "amount": Decimal(credit or "0"), "currency": "USD"},
             {"credit_note_id": "gone", "invoice_id": "v", "status": "void",
              "amount": Decimal(50), "currency": "USD"}]  # fmt: skip
    return company_tables({
        "crm_accounts": [{"account_id": "A"}],
        "billing_customers": [{"billing_customer_id": "c", "account_id": "A"}],
        "billing_invoices": [{"invoice_id": "v", "billing_customer_id": "c", "status": "paid",
                              "currency": "USD", "total": Decimal(0)}],
        "billing_invoice_lines": lines, "billing_credit_notes": notes if credit else [],
    })  # fmt: skip


def test_an_invoice_line_is_spread_by_days_and_its_pieces_sum_to_it() -> None:
    # 100.00 from 15 January to 15 April 2025: 17 + 28 + 31 + 14 = 90 days.
    # 18.888… 31.111… 34.444… 15.555… floor to 18.88 + 31.11 + 34.44 + 15.55 = 99.98;
    # the two cents go to the largest remainders: January .888 and April .555.
    pieces = spread(10000, date(2025, 1, 15), date(2025, 4, 15))
    assert pieces == {date(2025, 1, 1): 1889, date(2025, 2, 1): 3111, date(2025, 3, 1): 3444,
                      date(2025, 4, 1): 1556}  # fmt: skip


def test_credit_notes_are_shared_by_amount_and_ties_go_to_the_smaller_line() -> None:
    # 1.00 on three lines of 100.00: 33.33… cents each, floor 33 + 33 + 33, one cent left over, all
    # remainders alike: l0 gets it. Net 99.66, 99.67, 99.67. The void note doesn't count.
    tables = invoiced([("subscription", "100")] * 3, date(2025, 1, 1), date(2025, 2, 1), "1.00")
    assert [line["net"] for line in net_invoice_lines(tables)] == [9966, 9967, 9967]


def test_arr_of_an_invoice_line_is_by_whole_months_or_by_days() -> None:
    # 31 days of January are one month: 100 x 12. A quarter: 100 x 4. 30 days from 5 January:
    # 100 x 365 / 30 = 1216.67.
    assert annualised(10000, date(2025, 1, 1), date(2025, 2, 1)) == 1200
    assert annualised(10000, date(2025, 1, 15), date(2025, 4, 15)) == 400
    assert cents(annualised(10000, date(2025, 1, 5), date(2025, 2, 4))) == 121667
    assert whole_months(date(2024, 2, 29), date(2025, 2, 28)) == 12
    assert whole_months(date(2025, 1, 1), date(2025, 1, 31)) is None


def test_an_account_of_invoices_only_has_arr_from_them_without_tax_and_one_time_lines() -> None:
    lines = [("subscription", "100"), ("tax", "19"), ("one_time", "500")]
    found = months(invoiced(lines, date(2025, 1, 1), date(2025, 4, 1)), "2025-04-30")
    assert list(found["closing_arr"]) == [400, 400, 400, 0]
    assert set(found["arr_source"]) == {"invoice"}
    draft = invoiced(lines, date(2025, 1, 1), date(2025, 4, 1))
    draft["billing_invoices"]["status"] = "draft"
    assert months(draft, "2025-04-30").empty


def test_an_account_without_billing_has_the_arr_of_the_crm_with_its_history() -> None:
    # Customer from 10 January to 5 April; 1,000 until 20 February, then 1,500.
    tables = company_tables({
        "crm_accounts": [{"account_id": "A", "arr": Decimal(1500), "currency": "USD",
                          "is_customer": False, "became_customer_at": at(date(2025, 1, 10)),
                          "churned_at": at(date(2025, 4, 5))}],
        "crm_account_changes": [{"account_id": "A", "field_name": "arr", "old_value": "1000.00",
                                 "new_value": "1500.00", "changed_at": at(date(2025, 2, 20), 7)}],
    })  # fmt: skip
    found = months(tables, "2025-04-30")
    assert list(found["movement"]) == ["new", "expansion", "none", "churn"]
    assert list(found["closing_arr"]) == [1000, 1500, 1500, 0]
    assert set(found["arr_source"]) == {"crm"}


def test_the_crm_does_not_stand_in_where_billing_knows_the_account() -> None:
    tables = billed_company(
        [item("A", "2025-01-01", "2025-02-01")],
        crm_accounts=[{"account_id": "A", "arr": Decimal(900), "is_customer": True,
                       "became_customer_at": at(date(2025, 1, 1))}],
    )  # fmt: skip
    assert list(months(tables, "2025-03-31")["closing_arr"]) == [100, 0, 0]


def lost_renewal(closed: str, reason: str) -> dict[str, Any]:
    return {"opportunity_id": f"o{closed}", "account_id": "A", "opportunity_type": "renewal",
            "stage_name": "Closed Lost", "close_date": date.fromisoformat(closed),
            "is_closed": True, "is_won": False, "loss_reason": reason}  # fmt: skip


def test_a_churn_has_the_subscriptions_reason_else_that_of_the_nearest_lost_renewal() -> None:
    opportunities = [lost_renewal("2025-02-01", "price"), lost_renewal("2025-03-15", "champion"),
                     lost_renewal("2024-01-01", "old")]  # fmt: skip
    tables = billed_company([item("A", "2025-01-01", "2025-03-10")],
                            crm_opportunities=opportunities)  # fmt: skip
    found = months(tables, "2025-04-30")
    assert list(found["churn_reason"].dropna()) == ["champion"]
    given = billed_company([item("A", "2025-01-01", "2025-03-10", cancellation_reason="closed")],
                           crm_opportunities=opportunities)  # fmt: skip
    assert list(months(given, "2025-04-30")["churn_reason"].dropna()) == ["closed"]
    none = billed_company([item("A", "2025-01-01", "2025-03-10")],
                          crm_opportunities=opportunities[2:])  # fmt: skip
    assert months(none, "2025-04-30")["churn_reason"].isna().all()


def test_a_bad_account_cannot_be_moved_out_of_its_slice() -> None:
    # A and B were enterprise a year ago; B (churned) was called smb before the year was over.
    tables = billed_company(
        [item("A", "2024-01-01"), item("B", "2024-01-01", "2025-01-10")],
        crm_accounts=[{"account_id": "A", "segment": "enterprise"},
                      {"account_id": "B", "segment": "smb"}],
        crm_account_changes=[{"account_id": "B", "field_name": "segment", "old_value": "enterprise",
                              "new_value": "smb", "changed_at": at(date(2024, 12, 1))}],
    )  # fmt: skip
    found = retention(read_ledger(tables, date(2025, 1, 31)), ("segment",))
    january = found[found["month_start_date"] == date(2025, 1, 1)].set_index("slice_value")
    assert january.loc["enterprise", "nrr"] == pytest.approx(0.5)
    assert january.loc["enterprise", "cohort_logos"] == 2
    assert january.loc["smb", "cohort_logos"] == 0
    assert january.loc["smb", "net_new_arr"] == -100  # what it was at the end of the month


def test_a_cohort_is_shown_to_the_age_of_its_youngest_account() -> None:
    # Both started in the first quarter, B in March: by the end of May its age is 2 months.
    # Age 0: 100 + 50; age 1: A 100, B 50; age 2: A grew to 160 on 1 March, B 50.
    items = [
        item("A", "2025-01-01", "2025-03-01", subscription_item_id="i"),
        item("A", "2025-03-01", None, 160, subscription_item_id="i"),
        item("B", "2025-03-15", None, 50),
    ]
    found = cohorts(read_ledger(billed_company(items), date(2025, 5, 31)))
    assert list(found["months_since_start"]) == [0, 1, 2]
    assert list(found["arr"]) == [150, 150, 210]
    assert found.iloc[-1]["nrr"] == pytest.approx(1.4)
    assert found.iloc[-1]["grr"] == pytest.approx(1.0)
    assert set(found["start_cohort"]) == {"2025-Q1"}
