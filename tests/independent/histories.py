"""Random company histories in contract shape: from Hypothesis (shrinks) or from a seed (bulk)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

import numpy as np
from hypothesis import strategies as st

from tests.independent.company import TABLES, Company, Records, at, company_tables
from tests.independent.inputs import Options

BEGIN = date(2023, 1, 1)
MONTHS = 36
GAPS = (0, 1, 10, 30, 45, 89, 90, 91, 92, 120, 200)
T = TypeVar("T")


class Chooser(Protocol):
    """Where the randomness comes from."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""

    def number(self, low: int, high: int) -> int:
        """An integer between both, inclusive."""


class _Drawn:
    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def pick(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


class _Seeded:
    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self._generator.integers(len(options)))]

    def number(self, low: int, high: int) -> int:
        return int(self._generator.integers(low, high + 1))


class _Builder:
    def __init__(self, chooser: Chooser, *, dollars_only: bool) -> None:
        self.choose, self.dollars_only = chooser, dollars_only
        self.rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
        self.as_of = date(2025, self.choose.number(1, 12), self.choose.pick((28, 15, 1)))
        if self.choose.pick((True, False)):  # a complete month
            self.as_of = (self.as_of.replace(day=28) + timedelta(days=4)).replace(day=1)
            self.as_of -= timedelta(days=1)

    def chance(self, percent: int) -> bool:
        return self.choose.number(0, 99) < percent

    def day(self) -> date:
        """A day of the company's history, in which first and last days of months are common."""
        month = self.choose.number(0, MONTHS - 6)
        first = date(BEGIN.year + month // 12, month % 12 + 1, 1)
        return first + timedelta(days=self.choose.pick((0, 0, 14, 27, 30, 19)))

    def masked(self, day: date | None) -> datetime | None:
        """An outcome that is known only once it has happened."""
        return at(day, self.choose.pick((0, 15))) if day and day <= self.as_of else None

    def build(self) -> Company:
        options = self.fill()
        return Company(company_tables(self.rows), self.as_of, options)

    def fill(self) -> Options:
        """Draw every record; returns the options."""
        accounts = [f"A{number}" for number in range(self.choose.number(1, 5))]
        for number, account in enumerate(accounts):
            kind = self.choose.pick(("billing", "billing", "billing", "invoice", "crm", "none"))
            self.account(account, accounts[:number], is_crm=kind == "crm")
            if kind == "billing":
                for customer in range(self.choose.pick((1, 1, 2))):
                    self.customer(account, f"{account}c{customer}")
            if kind == "invoice" or (kind == "billing" and self.chance(10)):
                self.invoiced_customer(account, f"{account}i")
        if self.chance(15):  # a cycle of parents, where a later account has an earlier parent
            self.rows["crm_accounts"][0]["parent_account_id"] = accounts[-1]
        if not self.dollars_only:
            self.rates()
        return Options(
            self.choose.pick((0, 30, 90, 90, 90)),
            plan_rates={("EUR", self.as_of.year): Decimal("1.10")} if self.chance(30) else {},
        )

    def currency(self) -> str:
        if self.dollars_only:
            return "USD"
        return self.choose.pick(("USD", "USD", "EUR", "JPY", "GBP", "CHF"))

    def rates(self) -> None:
        """Monthly or daily rates; GBP known late, CHF never."""
        for currency, base, first in (("EUR", "1.05", 0), ("JPY", "0.0071", 0), ("GBP", "1.2", 15)):
            for month in range(first, MONTHS):
                on = date(BEGIN.year + month // 12, month % 12 + 1, self.choose.pick((1, 10, 28)))
                rate = Decimal(base) * (100 + self.choose.number(-9, 9)) / 100
                if on <= self.as_of:
                    row = {"currency": currency, "rate_date": on, "usd_rate": round(rate, 8)}
                    self.rows["fx_rates"].append(row)

    def account(self, account: str, earlier: list[str], *, is_crm: bool) -> None:
        became = self.day()
        churned = became + timedelta(days=self.choose.number(20, 700)) if self.chance(40) else None
        churned = churned if churned and churned <= self.as_of else None
        created = self.choose.pick((BEGIN, BEGIN, BEGIN, None, min(self.day(), self.as_of)))
        merged = self.choose.pick(earlier) if earlier and self.chance(20) else None
        record = {
            "account_id": account, "account_name": account, "currency": self.currency(),
            "parent_account_id": self.choose.pick(earlier) if earlier and self.chance(35) else None,
            "segment": self.choose.pick(("enterprise", "mid_market", "smb", None)),
            "region": self.choose.pick(("emea", "amer", None)),
            "industry": self.choose.pick(("software", "retail")),
            "csm_user_id": self.choose.pick(("u1", "u2", None)),
            "arr": Decimal(self.choose.number(0, 40)) * 250 if is_crm else None,
            "merged_into_account_id": merged, "is_deleted": merged is not None,
            "is_customer": churned is None, "became_customer_at": self.masked(became),
            "churned_at": at(churned), "created_at": at(created),
            "updated_at": at(min(self.day(), self.as_of)) if merged else at(BEGIN),
        }  # fmt: skip
        values = {"segment": ("smb", "enterprise"), "csm_user_id": ("u1", "u2", "u3"),
                  "parent_account_id": (*earlier, None), "arr": ("1000", "99.5", "0")}  # fmt: skip
        for name in ("segment", "csm_user_id", "parent_account_id", *(["arr"] if is_crm else [])):
            if self.chance(30):
                self.changes(record, name, values[name])
        self.rows["crm_accounts"].append(record)
        if self.chance(30):
            self.lost_renewal(account)

    def changes(self, record: dict[str, Any], name: str, values: Sequence[str | None]) -> None:
        """One or two logged changes that end in what the record says today."""
        days = sorted({self.day() for _ in range(self.choose.pick((1, 2)))})
        old = self.choose.pick(values)
        for changed_on in (day for day in days if day <= self.as_of):
            new = self.choose.pick(values)
            self.rows["crm_account_changes"].append({
                "account_id": record["account_id"], "field_name": name, "old_value": old,
                "new_value": new, "changed_at": at(changed_on, self.choose.pick((0, 9, 23))),
            })  # fmt: skip
            record[name] = Decimal(new) if name == "arr" else new
            old = new

    def lost_renewal(self, account: str) -> None:
        closed = self.day()
        if closed <= self.as_of:
            self.rows["crm_opportunities"].append({
                "opportunity_id": f"{account}o", "account_id": account,
                "opportunity_type": "renewal", "stage_name": "Closed Lost", "close_date": closed,
                "is_closed": True, "is_won": False, "closed_at": at(closed, 12),
                "loss_reason": self.choose.pick(("price", "competitor")), "is_deleted": False,
                "created_at": at(BEGIN), "updated_at": at(closed, 12),
            })  # fmt: skip

    def new_customer(self, account: str, customer: str) -> None:
        self.rows["billing_customers"].append({
            "billing_customer_id": customer, "account_id": None if self.chance(5) else account,
            "created_at": at(BEGIN), "updated_at": at(BEGIN), "is_deleted": False,
        })  # fmt: skip

    def customer(self, account: str, customer: str) -> None:
        """Subscriptions one after the other with gaps, and sometimes side by side."""
        self.new_customer(account, customer)
        start = self.day()
        for number in range(self.choose.pick((1, 1, 2, 3))):
            end = self.subscription(customer, f"{customer}s{number}", start)
            start = (end or start) + timedelta(days=self.choose.pick(GAPS))

    def subscription(self, customer: str, subscription: str, start: date) -> date | None:
        """One subscription; returns the day it ends, None when it runs on."""
        if start > self.as_of:
            return None
        end = start + timedelta(days=self.choose.number(15, 600)) if self.chance(60) else None
        trial_end = start + timedelta(days=self.choose.pick((14, 31, 60)))
        trial_end = trial_end if self.chance(20) else None
        by_cancel_at = self.chance(30)
        self.rows["billing_subscriptions"].append({
            "subscription_id": subscription, "billing_customer_id": customer,
            "status": self.choose.pick(("active",) * 9 + ("incomplete_expired",)),
            "currency": self.currency(), "started_at": at(start, self.choose.pick((0, 13))),
            "trial_end": at(trial_end), "cancel_at": at(end) if by_cancel_at else None,
            "ended_at": None if by_cancel_at else self.masked(end),
            "cancellation_reason": self.choose.pick((None, "too_expensive")) if end else None,
            "created_at": at(start), "updated_at": at(start), "auto_renew": True,
        })  # fmt: skip
        for number in range(self.choose.pick((1, 1, 2))):
            self.item(subscription, f"{subscription}x{number}", start)
        return end

    def item(self, subscription: str, item: str, start: date) -> None:
        """An item whose terms change; its last row mostly stays open."""
        now = self.terms()
        on = start + timedelta(days=self.choose.pick((0, 0, -10, 40)))
        changes = self.choose.number(0, 4)
        for number in range(changes + 1):
            is_last = number == changes
            until = on + timedelta(days=self.choose.pick((1, 31, 60, 200, 365)))
            if is_last and self.chance(70):
                until = None
            if on > self.as_of and not self.chance(20):  # mostly masked, sometimes scheduled
                break
            self.rows["billing_subscription_items"].append({
                "subscription_item_id": item, "subscription_id": subscription,
                "valid_from": at(on), "valid_to": self.masked(until), "is_deleted": False,
                "updated_at": at(on), **now,
            })  # fmt: skip
            if until is None:
                break
            on, now = until, self.changed(now)

    def terms(self) -> dict[str, Any]:
        interval, count = self.choose.pick((("month", 1), ("year", 1), ("month", 3),
                                            ("quarter", 1), ("week", 2), ("year", 3)))  # fmt: skip
        return {
            "plan_name": self.choose.pick(("basic", "pro", None)),
            "product_id": self.choose.pick(("core", "addon", "core")),
            "quantity": Decimal(self.choose.number(1, 60)),
            "unit_amount": Decimal(self.choose.number(0, 5000)) / 100,
            "billing_interval": interval, "interval_count": count,
            "usage_type": self.choose.pick(("licensed",) * 9 + ("metered",)),
            "discount_percent": self.choose.pick((None, Decimal("0"), Decimal("12.5"))),
            "is_trial": self.choose.pick((False,) * 9 + (True,)),
        }  # fmt: skip

    def changed(self, terms: dict[str, Any]) -> dict[str, Any]:
        """The same item with one of its terms changed."""
        name = self.choose.pick(("quantity", "unit_amount", "plan_name", "product_id",
                                 "discount_percent", "is_trial"))  # fmt: skip
        return {**terms, name: Decimal(100) if name == "discount_percent" and self.chance(20)
                else self.terms()[name]}  # fmt: skip

    def invoiced_customer(self, account: str, customer: str) -> None:
        """A customer of whom billing has only invoices: one after the other, some with a gap."""
        self.new_customer(account, customer)
        start, currency, price = self.day(), self.currency(), self.choose.number(1, 90000)
        months = self.choose.pick((1, 1, 3, 12, 0))
        for number in range(self.choose.number(1, 8)):
            days = self.choose.pick((30, 31, 7)) if months == 0 else None
            end = start + timedelta(days=days) if days else _months_later(start, months)
            if start > self.as_of:
                break
            self.invoice(customer, f"{customer}v{number}", currency, price, start, end)
            start = end + timedelta(days=self.choose.pick((0, 0, 0, 0, 0, 31, 100)))
            price += self.choose.pick((0, 0, 0, 777, -5)) if price > 10 else 0

    def invoice(
        self, customer: str, invoice: str, currency: str, price: int, start: date, end: date
    ) -> None:
        created = {"created_at": at(start), "updated_at": at(start), "currency": currency}
        second = self.choose.pick((None, "tax", "subscription", "one_time"))
        kinds = ("subscription", second) if second else ("subscription",)
        total = Decimal(0)
        for number, kind in enumerate(kinds):
            amount = Decimal(price if number == 0 else price // 7) / 100
            total += amount
            self.rows["billing_invoice_lines"].append({
                "invoice_line_id": f"{invoice}l{number}", "invoice_id": invoice,
                "product_id": ("core", "addon")[number], "line_type": kind, "amount": amount,
                "quantity": Decimal(1), "period_start": at(start), "period_end": at(end), **created,
            })  # fmt: skip
        self.rows["billing_invoices"].append({
            "invoice_id": invoice, "billing_customer_id": customer, "total": total,
            "status": self.choose.pick(("paid",) * 7 + ("open", "void", "draft")), **created,
        })  # fmt: skip
        if self.chance(15):
            self.rows["billing_credit_notes"].append({
                "credit_note_id": f"{invoice}n", "invoice_id": invoice,
                "billing_customer_id": customer, "status": self.choose.pick(("issued", "void")),
                "amount": Decimal(self.choose.number(1, max(1, price // 2))) / 100, **created,
            })  # fmt: skip


def _months_later(start: date, months: int) -> date:
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, min(start.day, 28))


def generated_company(seed: int, *, dollars_only: bool = False) -> Company:
    """The company of a seed."""
    return _Builder(_Seeded(seed), dollars_only=dollars_only).build()


def generated_records(seed: int, *, dollars_only: bool = False) -> tuple[Records, date]:
    """The records of a seed's company by table, and its day, without making tables of them."""
    builder = _Builder(_Seeded(seed), dollars_only=dollars_only)
    builder.fill()
    return builder.rows, builder.as_of


@st.composite
def companies(draw: Any, *, dollars_only: bool = False) -> Company:
    """Random companies that shrink to the smallest that still fails."""
    return _Builder(_Drawn(draw), dollars_only=dollars_only).build()
