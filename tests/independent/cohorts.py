"""Cohort triangle: start quarter by months since each account's own first month."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from tests.independent.amounts import money, month_start, quarter, ratio
from tests.independent.ledger import Ledger
from tests.independent.movements import account_months
from tests.independent.retention import start_month

COLUMNS = ["start_cohort", "months_since_start", "cohort_logos", "active_logos", "start_arr",
           "arr", "retained_arr", "logo_retention", "nrr", "grr"]  # fmt: skip


def by_quarter(month: int) -> str:
    """The quarter of a start month."""
    return quarter(month)


def by_month(month: int) -> str:
    """The start month itself, as 2025-01-01."""
    return month_start(month).isoformat()


def cohorts(ledger: Ledger, name: Callable[[int], str] = by_quarter) -> pd.DataFrame:
    """One row per cohort and age up to the age that its youngest account has reached."""
    members: dict[str, list[tuple[int, dict]]] = {}
    for months in account_months(ledger).values():
        of_month = {found.month: found for found in months}
        start = start_month(of_month)
        if start is not None:
            members.setdefault(name(start), []).append((start, of_month))
    result = []
    for cohort, accounts in sorted(members.items()):
        youngest = max(start for start, _ in accounts)
        begun = sum(months[start].closing for start, months in accounts)
        for age in range(ledger.last_month - youngest + 1):
            pairs = [
                (months[start].closing, months[start + age].closing) for start, months in accounts
            ]
            logos = sum(now > 0 for _, now in pairs)
            arr = sum(now for _, now in pairs)
            retained = sum(min(pair) for pair in pairs)
            result.append(
                {
                    "start_cohort": cohort,
                    "months_since_start": age,
                    "cohort_logos": len(accounts),
                    "active_logos": logos,
                    "start_arr": money(begun),
                    "arr": money(arr),
                    "retained_arr": money(retained),
                    "logo_retention": ratio(logos, len(accounts)),
                    "nrr": ratio(arr, begun),
                    "grr": ratio(retained, begun),
                }
            )
    return pd.DataFrame(result, columns=COLUMNS)
