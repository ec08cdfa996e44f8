"""Customers' lives and the share that is still there, by SciPy's Kaplan and Meier."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from scipy.stats import CensoredData, ecdf

from tests.independent.ledger import Ledger
from tests.independent.movements import account_months
from tests.independent.retention import slice_value, start_month

Life = tuple[int, bool]
"""Months from the first with ARR to the first churn (True) or to the month that looks (False)."""


def lives(ledger: Ledger, seen_from: int) -> dict[str, list[Life]]:
    """Segment of the first month to the lives of the customers that had begun by a month."""
    found: dict[str, list[Life]] = {}
    for account, months in account_months(ledger).items():
        of_month = {one.month: one for one in months}
        start = start_month(of_month)
        if start is None or start > seen_from:
            continue
        lost = [one.month for one in months if one.label == "churn" and one.month <= seen_from]
        life = (min(lost) - start, True) if lost else (seen_from - start, False)
        segment = slice_value(ledger, "segment", account, of_month, start)
        found.setdefault(segment, []).append(life)
    return found


def survival(of_segment: list[Life]) -> Iterator[tuple[int, float, float | None, float | None]]:
    """Age, share of customers whose life is longer, and its 95 % interval (log-log)."""
    curve = ecdf(
        CensoredData(
            uncensored=[months for months, lost in of_segment if lost],
            right=[months for months, lost in of_segment if not lost],
        )
    ).sf
    with warnings.catch_warnings(action="ignore"):  # there is no interval at 0 and at 1
        interval = curve.confidence_interval(confidence_level=0.95, method="log-log")
    for age in range(max(months for months, _ in of_segment) + 1):
        share, low, high = (float(one.evaluate(age)) for one in (curve, *interval))
        bounded = 0 < share < 1
        yield age, share, low if bounded else None, high if bounded else None
