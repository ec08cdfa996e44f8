"""ARR of each account, and faults of its required fields, read off the raw files alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

MONTHS = {"month": Decimal(1), "year": Decimal(12)}
CENT = Decimal("0.01")
ZERO_DECIMAL = {"JPY", "KRW"}


def records(raw: Path, table: str) -> Iterator[dict[str, str]]:
    """The lines of `<system>/<table>.csv`, packed or not."""
    plain, packed = raw / f"{table}.csv", raw / f"{table}.csv.gz"
    text = (
        plain.read_text(encoding="utf-8")
        if plain.is_file()
        else gzip.decompress(packed.read_bytes()).decode("utf-8")
    )
    yield from csv.DictReader(io.StringIO(text, newline=""))


def holds(start: str, end: str, on: date) -> bool:
    """Whether a day lies in a half-open interval; no end is open."""
    return start[:10] <= on.isoformat() and (not end or on.isoformat() < end[:10])


def billed_arr(raw: Path, on: date) -> dict[str, Decimal]:
    """ARR in dollars at the end of a day by CRM account, merged ones counted with their survivor.

    unit price x quantity x (1 - discount) x 12 / months, at the plan rate: the last one before the
    year. Trials are 0; what is charged once, or by use, is no ARR.
    """
    accounts = customers(raw)
    subscriptions = {row["id"]: row for row in records(raw, "stripe/subscription")}
    prices = {row["id"]: row for row in records(raw, "stripe/price")}
    coupons = {row["id"]: Decimal(row["percent_off"] or 0) for row in records(raw, "stripe/coupon")}
    discounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in records(raw, "stripe/subscription_discount"):
        if holds(row["start"], row["end"], on):
            discounts[row["subscription_id"]] += coupons[row["coupon_id"]]
    rates = plan_rates(raw, on.year)
    found: dict[str, Decimal] = defaultdict(Decimal)
    for item in records(raw, "stripe/subscription_item"):
        subscription = subscriptions.get(item["subscription_id"])
        price = prices.get(item["price_id"])
        if (
            subscription is None
            or price is None
            or price["type"] != "recurring"
            or price["recurring_usage_type"] == "metered"
            or not holds(item["_fivetran_start"], item["_fivetran_end"], on)
            or not holds(subscription["start_date"], subscription["ended_at"], on)
            or subscription["currency"].upper() not in rates
            or (subscription["trial_end"] and on.isoformat() < subscription["trial_end"][:10])
        ):
            continue
        months = MONTHS[price["recurring_interval"]] * int(price["recurring_interval_count"])
        units = 1 if price["currency"].upper() in ZERO_DECIMAL else 100
        local = (
            Decimal(price["unit_amount_decimal"]) / units * Decimal(item["quantity"])
            * (1 - discounts[item["subscription_id"]] / 100) * 12 / months
        ).quantize(CENT, ROUND_HALF_UP)  # fmt: skip
        rate = rates[subscription["currency"].upper()]
        account = accounts.get(subscription["customer_id"], "")
        found[account] += (local * rate).quantize(CENT, ROUND_HALF_UP)
    return dict(found)


def customers(raw: Path) -> dict[str, str]:
    """The surviving CRM account of each Stripe customer, by its metadata, else by the id map."""
    found = {
        row["source_id"]: row["account_id"]
        for row in records(raw, "mdm/id_map")
        if row["source_system"] == "stripe" and row["source_object"] == "customer"
    }
    for row in records(raw, "stripe/customer"):
        named = json.loads(row["metadata"] or "{}").get("salesforce_account_id")
        if named:
            found[row["id"]] = named
    into = {row["id"]: row["master_record_id"] for row in records(raw, "salesforce/account")}
    full = {account[:15]: account for account in into}
    survivors = {}
    for customer, account in found.items():
        account = full.get(account[:15], account)
        while into.get(account):
            account = into[account]
        survivors[customer] = account
    return survivors


def plan_rates(raw: Path, year: int) -> dict[str, Decimal]:
    """Dollars per unit of each currency at the plan rate of a year."""
    newest: dict[str, tuple[str, Decimal]] = {}
    for row in records(raw, "finance/fx_rates"):
        if row["rate_date"] < f"{year}-01-01":
            known = newest.get(row["currency"])
            if known is None or known[0] < row["rate_date"]:
                newest[row["currency"]] = (row["rate_date"], Decimal(row["usd_rate"]))
    return {currency: rate for currency, (_, rate) in newest.items()}


NOT_RUNNING = {"draft", "in approval process", "cancelled", "terminated", "expired"}


def required_field_faults(raw: Path, on: date, segments: set[str]) -> dict[str, set[str]]:
    """Accounts by rule whose renewal date, ARR or segment can't be right, for paying accounts.

    `segments` are the labels of the reference list, in lower case with underscores.
    """
    billed, rates = billed_arr(raw, on), plan_rates(raw, on.year)
    evergreen = {
        row["account_id"]
        for row in records(raw, "salesforce/contract")
        if not row["end_date"]
        and row["start_date"][:10] <= on.isoformat()
        and row["status"].lower() not in NOT_RUNNING
    }
    newest = {
        row["id"]: row
        for row in sorted(
            records(raw, "salesforce/account"), key=lambda row: row["last_modified_date"]
        )
    }
    found: dict[str, set[str]] = defaultdict(set)
    for account, row in newest.items():
        charged = billed.get(account, Decimal(0))
        if charged <= 0:
            continue
        if not row["renewal_date_c"] and account not in evergreen:
            found["missing_renewal_date"].add(account)
        if not row["arr_c"]:
            found["missing_arr"].add(account)
        elif Decimal(row["arr_c"]) < 0:
            found["negative_arr"].add(account)
        elif abs(Decimal(row["arr_c"]) * rates[row["currency_iso_code"]] / charged - 1) > CENT:
            found["arr_billing_mismatch"].add(account)
        if not row["segment_c"]:
            found["missing_segment"].add(account)
        elif row["segment_c"].lower().replace("-", "_").replace(" ", "_") not in segments:
            found["unknown_segment"].add(account)
    return dict(found)
