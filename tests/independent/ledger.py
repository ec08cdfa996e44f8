"""The ledger: whose item stood when, from which source, with late renewals restated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

import pandas as pd

from tests.independent.amounts import cents, money, month_end, month_index
from tests.independent.inputs import Crm, Options, Rates, Row, Tables, rows
from tests.independent.intervals import (
    Interval,
    earliest,
    from_crm,
    from_invoice_lines,
    from_subscription_items,
)

EXPORTED = ["account_id", "subscription_item_id", "subscription_id", "product_id", "plan_name",
            "currency", "quantity", "arr_local", "arr", "valid_from_date", "valid_to_date",
            "arr_source", "is_late_renewal"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every account's item intervals, and what is needed to value and slice them."""

    intervals: dict[str, list[Interval]]
    crm: Crm
    rates: Rates
    as_of: date
    options: Options
    subscriptions: dict[str, Row]
    lost_renewals: dict[str, list[Row]]

    @cached_property
    def last_month(self) -> int:
        """The month of the as-of day, under way or complete."""
        return month_index(self.as_of)

    def closing_day(self, month: int) -> date:
        """The month's last day, or the as-of day in the month under way."""
        return min(month_end(month), self.as_of)

    def spot(self, interval: Interval, on: date) -> int:
        """An item's ARR in cents of the reporting currency at the rate of a day."""
        rate, _ = self.rates.spot(interval.currency, on)
        return 0 if rate is None else cents(Fraction(interval.own, 100) * rate)


def read_ledger(tables: Tables, as_of: date, options: Options | None = None) -> Ledger:
    """The ledger as known at the end of `as_of`."""
    options = options or Options()
    crm, rates = Crm(tables), Rates(tables, as_of, options)
    by_source = (
        from_subscription_items(tables, crm, rates, as_of),
        from_invoice_lines(tables, crm, rates, as_of),
        from_crm(crm, rates, as_of),
    )
    of_items, of_invoices, of_crm = by_source
    intervals: dict[str, list[Interval]] = {}
    for interval in of_items + of_invoices:  # told apart by customer, so both can be there
        intervals.setdefault(interval.account_id, []).append(interval)
    billed = set(intervals)
    for interval in of_crm:
        if interval.account_id not in billed:
            intervals.setdefault(interval.account_id, []).append(interval)
    grace = options.late_renewal_grace_days
    restated = {
        account_id: with_late_renewals(sorted(found, key=_order), as_of, grace)
        for account_id, found in sorted(intervals.items())
    }
    lost: dict[str, list[Row]] = {}
    for row in rows(tables, "crm_opportunities"):
        is_renewal = "renewal" in row["opportunity_type"].lower()
        if is_renewal and row["is_closed"] and not row["is_won"] and not row["is_deleted"]:
            lost.setdefault(crm.survivor(row["account_id"]), []).append(row)
    subscriptions = {row["subscription_id"]: row for row in rows(tables, "billing_subscriptions")}
    return Ledger(restated, crm, rates, as_of, options, subscriptions, lost)


def _order(interval: Interval) -> tuple:
    return (interval.start, interval.item_id, interval.end or date.max)


def standing(intervals: Iterable[Interval], on: date) -> list[Interval]:
    """The items active at the end of a day."""
    return [interval for interval in intervals if interval.stands(on)]


def total(intervals: Iterable[Interval]) -> int:
    """ARR in cents."""
    return sum(interval.arr for interval in intervals)


def turning_days(intervals: Iterable[Interval], as_of: date) -> list[date]:
    """The days on which something started or ended, up to the as-of day."""
    days = {interval.start for interval in intervals} | {interval.end for interval in intervals}
    return sorted(found for found in days if found is not None and found <= as_of)


def gaps(intervals: list[Interval], as_of: date) -> list[tuple[date, date]]:
    """Stretches without ARR between two with it: first day without, day of the restart."""
    found, lost_on, was_positive = [], None, False
    for on in turning_days(intervals, as_of):
        if total(standing(intervals, on)) > 0:
            if lost_on is not None:
                found.append((lost_on, on))
            was_positive, lost_on = True, None
        elif was_positive and lost_on is None:
            lost_on = on
    return found


def with_late_renewals(intervals: list[Interval], as_of: date, grace_days: int) -> list[Interval]:
    """Gaps within grace filled: on each of their days, the items of the day before the gap."""
    for lost_on, restart in gaps(intervals, as_of):
        if (restart - lost_on).days > grace_days:
            continue
        kept = [
            replace(interval, start=lost_on, end=restart, is_late_renewal=True)
            for interval in standing(intervals, lost_on - timedelta(days=1))
        ]
        cut: list[Interval] = []
        for interval in intervals:
            before = replace(interval, end=earliest(interval.end, lost_on))
            after = replace(interval, start=max(interval.start, restart))
            for part in (before, after):
                if part.end is None or part.start < part.end:
                    cut.append(part)
        intervals = sorted(cut + kept, key=_order)
    return intervals


def item_intervals(ledger: Ledger) -> pd.DataFrame:
    """One row per item interval: local ARR and ARR at plan rate as decimals; open ends are None."""
    return pd.DataFrame(
        [
            (found.account_id, found.item_id, found.subscription_id, found.product, found.plan,
             found.currency, found.quantity, money(found.own), money(found.arr), found.start,
             found.end, found.source, found.is_late_renewal)
            for intervals in ledger.intervals.values()
            for found in intervals
        ],
        columns=EXPORTED,
    )  # fmt: skip
