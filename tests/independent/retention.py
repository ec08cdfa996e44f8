"""Retention over twelve months, for the company and for every slice, with its sums beside it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from fractions import Fraction

import pandas as pd

from tests.independent.amounts import money, month_start, quarter, ratio
from tests.independent.inputs import NONE
from tests.independent.ledger import Ledger
from tests.independent.movements import LABELS, Month, account_months, product_months

FIELDS = {"segment": "segment", "region": "region", "industry": "industry", "csm": "csm_user_id"}
SLICES = ("company", *FIELDS, "plan", "product", "start_cohort")
Months = Mapping[int, Month]
Units = Mapping[Hashable, Months]
NOTHING = Month(0, 0, 0, "none", (), ())


def start_month(months: Months) -> int | None:
    """The first month that closes with ARR."""
    return min((index for index, found in months.items() if found.closing > 0), default=None)


def main_plan(found: Month) -> str:
    """The plan with the most ARR at the month's end, ties to the first name."""
    plans: dict[str, int] = {}
    for item in found.now:
        plans[item.plan] = plans.get(item.plan, 0) + item.arr
    paid = {name: arr for name, arr in plans.items() if arr > 0}
    return min(paid, key=lambda name: (-paid[name], name)) if paid else NONE


def slice_value(ledger: Ledger, slice_type: str, unit: Hashable, months: Months, at: int) -> str:
    """What a unit was at the end of a month."""
    if slice_type == "company":
        return "company"
    if slice_type == "product":
        return unit[1]
    if slice_type == "plan":
        return main_plan(months.get(at, NOTHING))
    if slice_type == "start_cohort":
        start = start_month(months)
        return NONE if start is None else quarter(start)
    return ledger.crm.value(unit, FIELDS[slice_type], _closing_day(ledger, at)) or NONE


def slice_value_now(
    ledger: Ledger, slice_type: str, unit: Hashable, months: Months, at: int
) -> str:
    """What a unit is at the end of a month; its plan, without ARR, of the month before."""
    if slice_type == "plan" and months[at].closing <= 0:
        at -= 1
    return slice_value(ledger, slice_type, unit, months, at)


def _closing_day(ledger: Ledger, month: int) -> date:
    return ledger.closing_day(month)


def chained(units: list[Months], at: int, kept: Callable[[Month], int]) -> float | None:
    """The product of twelve monthly ratios over the units open at each month's start."""
    product = Fraction(1)
    for month in range(at - 11, at + 1):
        found = [months[month] for months in units if month in months]
        open_at_start = [one for one in found if one.opening > 0]
        opening = sum(one.opening for one in open_at_start)
        if not opening:
            return None
        product *= Fraction(sum(kept(one) for one in open_at_start), opening)
    return float(product)


def _row(of_then: list[Months], of_now: list[Months], at: int) -> dict:
    pairs = [(months[at - 12].closing, months) for months in of_then if at - 12 in months]
    cohort = [(start, months) for start, months in pairs if start > 0]
    start = sum(arr for arr, _ in cohort)
    end = sum(months[at].closing for _, months in cohort)
    retained = sum(min(arr, months[at].closing) for arr, months in cohort)
    retained_logos = sum(months[at].closing > 0 for _, months in cohort)
    year = range(at - 11, at + 1)
    sums = {
        label: sum(months[month].under(label) for _, months in cohort for month in year)
        for label in LABELS
    }
    lost = sums["contraction"] + sums["churn"]
    flows = {
        label: sum(months[at].under(label) for months in of_now if at in months) for label in LABELS
    }
    gained = flows["new"] + flows["expansion"] + flows["reactivation"]
    shed = -(flows["contraction"] + flows["churn"])
    movement = start + sums["expansion"] + lost
    return {
        "cohort_logos": len(cohort),
        "retained_logos": retained_logos,
        "churned_logos": len(cohort) - retained_logos,
        "start_arr": money(start),
        "end_arr": money(end),
        "retained_arr": money(retained),
        "nrr": ratio(end, start),
        "grr": ratio(retained, start),
        "nrr_movement_numerator": money(movement),
        "nrr_movement": ratio(movement, start),
        "nrr_movement_reactivation_numerator": money(movement + sums["reactivation"]),
        "nrr_movement_reactivation": ratio(movement + sums["reactivation"], start),
        "grr_movement_numerator": money(start + lost),
        "grr_movement": ratio(start + lost, start),
        "nrr_chained": chained(of_then, at, lambda one: one.closing),
        "grr_chained": chained(of_then, at, lambda one: min(one.closing, one.opening)),
        "logo_retention": ratio(retained_logos, len(cohort)),
        "logo_churn": ratio(len(cohort) - retained_logos, len(cohort)),
        **{f"{label}_arr": money(amount) for label, amount in flows.items()},
        "net_new_arr": money(gained - shed),
        "quick_ratio_numerator": money(gained),
        "quick_ratio_denominator": money(shed),
        "quick_ratio": ratio(gained, shed),
    }


def retention(ledger: Ledger, slices: tuple[str, ...] = SLICES) -> pd.DataFrame:
    """One row per month, slice type and slice value; a ratio over nothing is None.

    A value appears where an account had it at T - 12 months and existed by T, or at T.
    """
    of_accounts = {
        account: {found.month: found for found in months}
        for account, months in account_months(ledger).items()
    }
    of_products = {
        unit: {found.month: found for found in months}
        for unit, months in product_months(ledger).items()
    }
    firsts = [min(months) for months in of_accounts.values()]
    result = []
    for slice_type in slices:
        units: Units = of_products if slice_type == "product" else of_accounts
        for at in range(min(firsts, default=1), ledger.last_month + 1 if firsts else 0):
            then: dict[str, list[Months]] = {}
            now: dict[str, list[Months]] = {}
            for unit, months in units.items():
                if at in months:
                    value = slice_value(ledger, slice_type, unit, months, at - 12)
                    then.setdefault(value, []).append(months)
                    value = slice_value_now(ledger, slice_type, unit, months, at)
                    now.setdefault(value, []).append(months)
            for value in sorted(then.keys() | now.keys()):
                result.append(
                    {
                        "month_start_date": month_start(at),
                        "slice_type": slice_type,
                        "slice_value": value,
                        **_row(then.get(value, []), now.get(value, []), at),
                    }
                )
    return pd.DataFrame(result)
