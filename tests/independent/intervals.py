"""Item intervals with their ARR, from subscription items, from invoice lines, and from the CRM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from tests.independent.amounts import (
    cents,
    day,
    exact,
    money,
    month_index,
    month_start,
    shared,
    whole_months,
)
from tests.independent.inputs import NONE, Crm, Rates, Row, Tables, periods_per_year, rows

NEVER_COMPLETED = {"incomplete", "incomplete_expired"}
NEVER_BILLED = {"draft", "void", "voided"}
NOT_RECURRING = {"tax", "one_time", "one-time", "onetime", "usage", "overage", "setup_fee"}


@dataclass(frozen=True)
class Interval:
    """One item while nothing about it changed; `end` None is open, else the first day without it.

    ARR in integer cents: `own` in the item's currency, `arr` in the reporting currency at the plan
    rate. `unit_price` is the annual price per unit in the item's currency, not rounded.
    """

    account_id: str
    item_id: str
    subscription_id: str | None
    product: str
    plan: str
    currency: str
    quantity: Fraction
    unit_price: Fraction
    own: int
    arr: int
    start: date
    end: date | None
    source: str
    is_late_renewal: bool = False

    def stands(self, on: date) -> bool:
        """Whether the item is active at the end of a day."""
        return self.start <= on and (self.end is None or on < self.end)


def earliest(*days: date | None) -> date | None:
    """The first of the known days."""
    return min((found for found in days if found is not None), default=None)


def _known_and_standing(interval: Interval, as_of: date) -> bool:
    return interval.start <= as_of and (interval.end is None or interval.start < interval.end)


def valued(interval: Interval, rates: Rates) -> Interval:
    """The interval with its ARR: rounded to cents in its currency, then at the plan rate."""
    own = cents(interval.unit_price * interval.quantity)
    rate = rates.plan(interval.currency)
    return replace(interval, own=own, arr=0 if rate is None else cents(Fraction(own, 100) * rate))


def from_subscription_items(tables: Tables, crm: Crm, rates: Rates, as_of: date) -> list[Interval]:
    """What subscription items say, the trial days of an item as an interval of their own."""
    subscriptions = {row["subscription_id"]: row for row in rows(tables, "billing_subscriptions")}
    accounts = {
        row["billing_customer_id"]: row["account_id"] for row in rows(tables, "billing_customers")
    }
    found: list[Interval] = []
    for item in rows(tables, "billing_subscription_items"):
        subscription = subscriptions.get(item["subscription_id"])
        if subscription is None or subscription["status"].lower() in NEVER_COMPLETED:
            continue
        account_id = accounts.get(subscription["billing_customer_id"])
        if account_id is not None:
            found += _of_item(item, subscription, crm.survivor(account_id))
    return [valued(interval, rates) for interval in found if _known_and_standing(interval, as_of)]


def subscribed_customers(tables: Tables, as_of: date) -> set[str]:
    """Billing customers of whom a subscription item is known, a trial or a free one too."""
    subscriptions = {row["subscription_id"]: row for row in rows(tables, "billing_subscriptions")}
    found = set()
    for item in rows(tables, "billing_subscription_items"):
        subscription = subscriptions.get(item["subscription_id"])
        if subscription is not None and subscription["status"].lower() not in NEVER_COMPLETED:
            intervals = _of_item(item, subscription, "")
            if any(_known_and_standing(interval, as_of) for interval in intervals):
                found.add(subscription["billing_customer_id"])
    return found


def _of_item(item: Row, subscription: Row, account_id: str) -> Iterator[Interval]:
    start = max(day(item["valid_from"]), day(subscription["started_at"]))
    end = earliest(
        day(item["valid_to"]), day(subscription["ended_at"]), day(subscription["cancel_at"])
    )
    quantity = exact(item["quantity"])
    whole = Interval(
        account_id, item["subscription_item_id"], item["subscription_id"],
        item["product_id"] or item["product_name"] or NONE, item["plan_name"] or NONE,
        subscription["currency"].upper(), Fraction(1) if quantity is None else quantity,
        _annual_unit_price(item), 0, 0, start, end, "billing",
    )  # fmt: skip
    free = replace(whole, unit_price=Fraction(0))
    trial_end = day(subscription["trial_end"])
    if trial_end is not None and trial_end > start:
        yield replace(free, end=earliest(trial_end, end))
        yield replace(whole, start=trial_end)
    else:
        yield free if item["is_trial"] is True else whole


def _annual_unit_price(item: Row) -> Fraction:
    periods = periods_per_year().get(item["billing_interval"].lower(), Fraction(0))
    count = exact(item["interval_count"])
    if (item["usage_type"] or "").lower() == "metered" or not count or item["unit_amount"] is None:
        return Fraction(0)
    discount = exact(item["discount_percent"]) or Fraction(0)
    return exact(item["unit_amount"]) * (1 - discount / 100) * periods / count


def net_invoice_lines(tables: Tables) -> list[Row]:
    """Recurring lines of issued invoices with `net`: cents less the share of the credit notes."""
    invoices = {row["invoice_id"]: row for row in rows(tables, "billing_invoices")}
    lines: dict[str, list[Row]] = {}
    for line in rows(tables, "billing_invoice_lines"):
        lines.setdefault(line["invoice_id"], []).append(line)
    credits: dict[str, int] = {}
    for note in rows(tables, "billing_credit_notes"):
        if note["voided_at"] is None and (note["status"] or "").lower() not in {"void", "voided"}:
            credited = credits.get(note["invoice_id"], 0)
            credits[note["invoice_id"]] = credited + cents(exact(note["amount"]))
    found = []
    for invoice_id, members in lines.items():
        invoice = invoices.get(invoice_id)
        if invoice is None or invoice["status"].lower() in NEVER_BILLED or invoice["voided_at"]:
            continue
        amounts = {line["invoice_line_id"]: exact(line["amount"]) for line in members}
        pieces = shared(credits.get(invoice_id, 0), amounts, sorted(amounts))
        for line in members:
            net = cents(exact(line["amount"])) - pieces[line["invoice_line_id"]]
            start, end = day(line["period_start"]), day(line["period_end"])
            kind = (line["line_type"] or "").lower()
            if kind not in NOT_RECURRING and start and end and start < end:
                customer = invoice["billing_customer_id"]
                found.append({**line, "net": net, "start": start, "end": end, "customer": customer})
    return found


def spread(net: int, start: date, end: date) -> dict[date, int]:
    """Cents of a service period by calendar month (its first day), by days."""
    days: dict[date, Fraction] = {}
    for index in range(month_index(start), month_index(end) + 1):
        first, after = max(month_start(index), start), min(month_start(index + 1), end)
        if first < after:
            days[month_start(index)] = Fraction((after - first).days)
    return shared(net, days, sorted(days))


def annualised(net: int, start: date, end: date) -> Fraction:
    """ARR in major units of a line over its period: by whole months or by days."""
    months = whole_months(start, end)
    amount = Fraction(net, 100)
    return amount * 12 / months if months else amount * 365 / (end - start).days


def from_invoice_lines(tables: Tables, crm: Crm, rates: Rates, as_of: date) -> list[Interval]:
    """What invoices say of a customer."""
    accounts = {
        row["billing_customer_id"]: row["account_id"] for row in rows(tables, "billing_customers")
    }
    subscribed = subscribed_customers(tables, as_of)
    found = []
    for line in net_invoice_lines(tables):
        account_id = accounts.get(line["customer"])
        if account_id is None or line["customer"] in subscribed:
            continue
        quantity = exact(line["quantity"]) or Fraction(1)
        arr = cents(annualised(line["net"], line["start"], line["end"]))
        item = line["subscription_item_id"] or line["price_id"] or line["product_id"]
        interval = Interval(
            crm.survivor(account_id), item or line["invoice_line_id"], line["subscription_id"],
            line["product_id"] or NONE, NONE, line["currency"].upper(), quantity,
            Fraction(arr, 100) / quantity, 0, 0, line["start"], line["end"], "invoice",
        )  # fmt: skip
        if _known_and_standing(interval, as_of):
            found.append(valued(interval, rates))
    return found


def from_crm(crm: Crm, rates: Rates, as_of: date) -> list[Interval]:
    """What the CRM's own ARR field says, while it says that the account is a customer."""
    found = []
    for account_id, account in crm.accounts.items():
        became = day(account["became_customer_at"])
        became = became or day(account["contract_start_date"]) or day(account["created_at"])
        churned = day(account["churned_at"])
        is_customer = account["is_customer"]
        if is_customer is None:
            is_customer = account["became_customer_at"] is not None
        if became is None or not (is_customer is True or churned is not None):
            continue
        if account["is_customer"] is True and churned is not None and churned <= became:
            churned = None
        if account["is_deleted"] is True:
            churned = earliest(churned, day(account["updated_at"]))
        changes = [when for when in crm.change_days(account_id, "arr") if when > became]
        bounds = [became, *changes, churned]
        for start, end in pairwise(bounds):
            arr = exact(crm.value(account_id, "arr", start))
            if arr is None:  # the CRM says nothing
                continue
            interval = Interval(
                crm.survivor(account_id), f"crm:{account_id}", None, NONE, NONE,
                (account["currency"] or rates.reporting_currency).upper(), Fraction(1),
                arr, 0, 0, start, earliest(end, churned), "crm",
            )  # fmt: skip
            if _known_and_standing(interval, as_of):
                found.append(valued(interval, rates))
    return found


def recognised_months(tables: Tables) -> list[Row]:
    """Invoice line by calendar month: the cents of its service that fall into it."""
    return [
        {
            "invoice_line_id": line["invoice_line_id"],
            "month_start_date": month,
            "amount": money(net),
        }
        for line in net_invoice_lines(tables)
        for month, net in spread(line["net"], line["start"], line["end"]).items()
    ]
