"""One company's contract tables, and how to write them down by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from tests.independent.inputs import Options, contract

TABLES = (
    "crm_accounts", "crm_account_changes", "crm_contracts", "crm_opportunities",
    "billing_customers", "billing_subscriptions", "billing_subscription_items",
    "billing_invoices", "billing_invoice_lines", "billing_credit_notes", "fx_rates",
)  # fmt: skip
LOADED = datetime(2026, 7, 1)


@dataclass
class Company:
    """Contract tables of one company, the day it is looked at, and its options."""

    tables: dict[str, pd.DataFrame]
    as_of: date
    options: Options = field(default_factory=Options)


def at(day: date | None, hour: int = 0) -> datetime | None:
    """A UTC timestamp on a day."""
    return None if day is None else datetime(day.year, day.month, day.day, hour)


def frame(table: str, records: Sequence[dict[str, Any]] = ()) -> pd.DataFrame:
    """Records as a table with exactly the contract's columns; what isn't given is null."""
    columns = contract(table)["columns"]
    loaded = {"_source_system": "random", "_source_file": "random.csv", "_load_id": "load_1",
              "_loaded_at": LOADED}  # fmt: skip
    filled = []
    for record in records:
        unknown = record.keys() - columns.keys()
        if unknown:
            raise KeyError(f"{table} has no {sorted(unknown)}")
        identity = "|".join(str(record.get(key)) for key in contract(table)["primary_key"])
        filled.append({**dict.fromkeys(columns), **loaded, "_row_hash": identity, **record})
    return pd.DataFrame(filled, columns=list(columns), dtype=object)


def company_tables(records: dict[str, list[dict[str, Any]]]) -> dict[str, pd.DataFrame]:
    """All tables that the revenue numbers read, the ones that aren't given empty."""
    return {table: frame(table, records.get(table, ())) for table in TABLES}


def combined(companies_by_name: dict[str, Company]) -> dict[str, pd.DataFrame]:
    """Many companies as one: every id gets the company's name in front (for one bulk comparison).

    Rates are taken from the first company, so generate the others with dollars_only or compare
    with the combined tables on both sides.
    """
    prefixed = {"account_id", "parent_account_id", "merged_into_account_id", "opportunity_id",
                "billing_customer_id", "subscription_id", "subscription_item_id", "invoice_id",
                "invoice_line_id", "credit_note_id", "contract_id"}  # fmt: skip
    first = next(iter(companies_by_name.values()))
    parts: dict[str, list[pd.DataFrame]] = {table: [] for table in TABLES}
    for name, company in companies_by_name.items():
        for table in TABLES[:-1]:
            part = company.tables[table].copy()
            for column in prefixed & set(part.columns):
                part[column] = [None if key is None else f"{name}_{key}" for key in part[column]]
            if table == "crm_account_changes":
                for column in ("old_value", "new_value"):
                    part[column] = [
                        f"{name}_{value}" if field_name == "parent_account_id" and value else value
                        for field_name, value in zip(part["field_name"], part[column], strict=True)
                    ]
            parts[table].append(part)
    joined = {table: pd.concat(found, ignore_index=True) for table, found in parts.items() if found}
    return {**joined, "fx_rates": first.tables["fx_rates"]}


def item(
    account: str,
    start: str,
    end: str | None = None,
    annual_price: str | int = 100,
    quantity: str | int = 1,
    **more: Any,
) -> dict[str, Any]:
    """An item row of a hand-written company: a yearly price, and any contract column besides.

    `account`, `currency` and columns of the subscription are lifted out by `billed_company`.
    """
    return {
        "account": account, "valid_from": at(date.fromisoformat(start)),
        "valid_to": at(date.fromisoformat(end)) if end else None,
        "unit_amount": Decimal(annual_price), "quantity": Decimal(quantity),
        "billing_interval": "year", "interval_count": 1, "product_id": "core",
        "plan_name": "basic", **more,
    }  # fmt: skip


def billed_company(
    items: Sequence[Mapping[str, Any]], **tables: Sequence[dict[str, Any]]
) -> dict[str, pd.DataFrame]:
    """Contract tables of hand-written items: one subscription per row unless the row names one.

    Items without `subscription_item_id` are items of their own. Further tables as keywords.
    """
    lifted = ("currency", "status", "trial_end", "cancel_at", "ended_at", "started_at",
              "cancellation_reason")  # fmt: skip
    records: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    subscriptions: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(items):
        row = dict(row)
        account = row.pop("account")
        subscription = row.get("subscription_id") or f"s{number}"
        of_subscription = {name: row.pop(name) for name in lifted if name in row}
        subscriptions.setdefault(subscription, {
            "subscription_id": subscription, "billing_customer_id": f"c_{account}",
            "status": "active", "currency": "USD", "started_at": row["valid_from"],
            "created_at": row["valid_from"],
        }).update(of_subscription)  # fmt: skip
        records["billing_subscription_items"].append(
            {"subscription_item_id": f"i{number}", **row, "subscription_id": subscription}
        )
    accounts = sorted({row["account"] for row in items})
    records["billing_customers"] = [
        {"billing_customer_id": f"c_{account}", "account_id": account} for account in accounts
    ]
    records["billing_subscriptions"] = list(subscriptions.values())
    records["crm_accounts"] = [{"account_id": account} for account in accounts]
    return company_tables({**records, **tables})
