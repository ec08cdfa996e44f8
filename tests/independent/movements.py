"""Account by month and account by product by month: opening, one labelled movement, closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import pandas as pd

from tests.independent.amounts import day, money, month_index, month_start
from tests.independent.intervals import Interval
from tests.independent.ledger import Ledger, standing, total, turning_days
from tests.independent.split import PARTS, split

LABELS = ("new", "expansion", "contraction", "churn", "reactivation")
FLOW = tuple(f"{label}_arr" for label in LABELS)
CONSTANT = ("opening_arr", *FLOW, "closing_arr")
SPOT = ("opening_arr_spot", *(f"{name}_spot" for name in FLOW), "fx_arr_spot", "closing_arr_spot")
ACCOUNT_COLUMNS = ["account_id", "month_start_date", "movement", *CONSTANT, *PARTS, *SPOT,
                   "spot_rate_status", "is_late_renewal", "arr_source",
                   "ultimate_parent_account_id", "churn_reason"]  # fmt: skip
PRODUCT_COLUMNS = ["account_id", "product_id", "month_start_date", "movement",
                   "account_movement", *CONSTANT, *SPOT, "is_late_renewal"]  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One unit's month in cents; `flow` is closing less opening and stands under `label`."""

    month: int
    opening: int
    closing: int
    label: str
    before: tuple[Interval, ...]
    now: tuple[Interval, ...]

    @property
    def flow(self) -> int:
        return self.closing - self.opening

    def under(self, label: str) -> int:
        """The cents that stand under a label."""
        return self.flow if self.label == label else 0


def label_of(opening: int, closing: int, once_positive: bool) -> str:
    """The one label of a month, from the state before it and the state at its end."""
    if opening == closing:
        return "none"
    if opening <= 0 < closing:
        return "reactivation" if once_positive else "new"
    if closing <= 0 < opening:
        return "churn"
    return "expansion" if closing > opening else "contraction"


def months_of(intervals: list[Interval], ledger: Ledger) -> list[Month]:
    """The months of one account, or account and product, from its first positive ARR on."""
    positive = [on for on in turning_days(intervals, ledger.as_of)
                if total(standing(intervals, on)) > 0]  # fmt: skip
    if not positive:
        return []
    found: list[Month] = []
    before: tuple[Interval, ...] = ()
    once_positive = False
    for month in range(month_index(positive[0]), ledger.last_month + 1):
        now = tuple(standing(intervals, ledger.closing_day(month)))
        opening, closing = (found[-1].closing if found else 0), total(now)
        found.append(
            Month(month, opening, closing, label_of(opening, closing, once_positive), before, now)
        )
        once_positive = once_positive or closing > 0
        before = now
    return found


@lru_cache(maxsize=4)
def account_months(ledger: Ledger) -> dict[str, list[Month]]:
    """Account to its months."""
    found = {account: months_of(items, ledger) for account, items in ledger.intervals.items()}
    return {account: months for account, months in found.items() if months}


@lru_cache(maxsize=4)
def product_months(ledger: Ledger) -> dict[tuple[str, str], list[Month]]:
    """(Account, product) to its months."""
    found = {}
    for account, intervals in ledger.intervals.items():
        for product in sorted({interval.product for interval in intervals}):
            months = months_of([item for item in intervals if item.product == product], ledger)
            if months:
                found[(account, product)] = months
    return found


def spot_of(found: Month, ledger: Ledger) -> dict[str, int]:
    """The month at spot rates: fx is the opening revalued; the rest stands under the label."""
    closing_day = ledger.closing_day(found.month)
    opening_day = month_start(found.month) - timedelta(days=1)
    opening = sum(ledger.spot(item, opening_day) for item in found.before)
    revalued = sum(ledger.spot(item, closing_day) for item in found.before)
    closing = sum(ledger.spot(item, closing_day) for item in found.now)
    fx = (closing if found.label == "none" else revalued) - opening
    rest = closing - opening - fx
    spot = {f"{label}_arr_spot": rest if label == found.label else 0 for label in LABELS}
    return {"opening_arr_spot": opening, **spot, "fx_arr_spot": fx, "closing_arr_spot": closing}


def spot_status(found: Month, ledger: Ledger) -> str:
    """The worst rate behind the closing amounts: exact, last_known or missing."""
    closing_day = ledger.closing_day(found.month)
    statuses = {ledger.rates.spot(item.currency, closing_day)[1] for item in found.now}
    return next((name for name in ("missing", "last_known") if name in statuses), "exact")


def constant_of(found: Month) -> dict[str, int]:
    """The month at the plan rate, in cents."""
    flows = {f"{label}_arr": found.under(label) for label in LABELS}
    return {"opening_arr": found.opening, **flows, "closing_arr": found.closing}


def is_late(
    intervals: list[Interval], found: Month, ledger: Ledger, product: str | None = None
) -> bool:
    """Whether the month holds a day of a gap that was restated, so that no late renewal is lost."""
    first, last = month_start(found.month), ledger.closing_day(found.month)
    return any(
        item.is_late_renewal
        and item.start <= last
        and item.end > first
        and product in (None, item.product)
        for item in intervals
    )


def _as_money(amounts: dict[str, int]) -> dict:
    return {name: money(amount) for name, amount in amounts.items()}


def churn_date(intervals: list[Interval], found: Month, ledger: Ledger) -> date:
    """The last day of the month on which the account's ARR fell to nothing."""
    first, fell, positive = month_start(found.month), month_start(found.month), True
    for on in turning_days(intervals, ledger.closing_day(found.month)):
        if on >= first:
            now_positive = total(standing(intervals, on)) > 0
            if positive and not now_positive:
                fell = on
            positive = now_positive
    return fell


def churn_reason(account: str, found: Month, ledger: Ledger) -> str | None:
    """The subscription's reason, else that of the lost renewal nearest to the churn."""
    if found.label != "churn":
        return None
    for item in sorted(found.before, key=lambda item: (-item.arr, item.subscription_id or "")):
        reason = ledger.subscriptions.get(item.subscription_id, {}).get("cancellation_reason")
        if item.arr > 0 and reason:
            return reason
    on = churn_date(ledger.intervals[account], found, ledger)
    lost = [
        (abs((_closed_on(row) - on).days), row["opportunity_id"], row["loss_reason"])
        for row in ledger.lost_renewals.get(account, [])
        if row["loss_reason"]
    ]
    near = [row for row in lost if row[0] <= ledger.options.late_renewal_grace_days]
    return min(near)[2] if near else None


def _closed_on(row: dict) -> date:
    return day(row["closed_at"]) or day(row["close_date"])


def movements(ledger: Ledger) -> pd.DataFrame:
    """One row per account and month; amounts as decimals with two places, flows signed."""
    return pd.DataFrame(_account_rows(ledger), columns=ACCOUNT_COLUMNS)


def _account_rows(ledger: Ledger) -> Iterator[dict]:
    for account, months in account_months(ledger).items():
        for found in months:
            closing_day = ledger.closing_day(found.month)
            yield {
                "account_id": account,
                "month_start_date": month_start(found.month),
                "movement": found.label,
                **_as_money(constant_of(found)),
                **_as_money(dict(zip(PARTS, split(found, ledger.rates), strict=True))),
                **_as_money(spot_of(found, ledger)),
                "spot_rate_status": spot_status(found, ledger),
                "is_late_renewal": is_late(ledger.intervals[account], found, ledger),
                "arr_source": source_of(ledger.intervals[account]),
                "ultimate_parent_account_id": ledger.crm.ultimate_parent(account, closing_day),
                "churn_reason": churn_reason(account, found, ledger),
            }


def source_of(intervals: list[Interval]) -> str:
    """Where an account's ARR comes from: billing if any of it does, else invoices, else the CRM."""
    sources = {interval.source for interval in intervals if interval.arr}
    return next(name for name in ("billing", "invoice", "crm") if name in sources)


def product_movements(ledger: Ledger) -> pd.DataFrame:
    """One row per account, product and month, with the account's label beside the product's."""
    of_account = {
        (account, found.month): found.label
        for account, months in account_months(ledger).items()
        for found in months
    }
    rows = [
        {
            "account_id": account,
            "product_id": product,
            "month_start_date": month_start(found.month),
            "movement": found.label,
            "account_movement": of_account.get((account, found.month), "none"),
            **_as_money(constant_of(found)),
            **_as_money(spot_of(found, ledger)),
            "is_late_renewal": is_late(ledger.intervals[account], found, ledger, product),
        }
        for (account, product), months in product_months(ledger).items()
        for found in months
    ]
    return pd.DataFrame(rows, columns=PRODUCT_COLUMNS)
