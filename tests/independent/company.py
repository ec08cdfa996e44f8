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
IDENTIFIERS = {"account_id", "parent_account_id", "merged_into_account_id", "opportunity_id",
               "billing_customer_id", "subscription_id", "subscription_item_id", "invoice_id",
               "invoice_line_id", "credit_note_id", "contract_id"}  # fmt: skip
Records = dict[str, list[dict[str, Any]]]


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


def combined(companies_by_name: Mapping[str, Company]) -> dict[str, pd.DataFrame]:
    """Many companies as one: every id gets the company's name in front (for one bulk comparison).

    Rates are taken from the first company, so generate the others with dollars_only or compare
    with the combined tables on both sides.
    """
    records = {
        name: {table: rows.to_dict("records") for table, rows in company.tables.items()}
        for name, company in companies_by_name.items()
    }
    return company_tables(combined_records(records))


def combined_records(companies_by_name: Mapping[str, Records]) -> Records:
    """As `combined`, of records by table and company."""
    found: Records = {table: [] for table in TABLES}
    for name, tables in companies_by_name.items():
        for table, records in tables.items():
            if table != "fx_rates":
                found[table] += [_named(name, record) for record in records]
    first = next(iter(companies_by_name.values()), {})
    return {**found, "fx_rates": list(first.get("fx_rates", []))}


def _named(company: str, record: dict[str, Any]) -> dict[str, Any]:
    named = dict(record)
    if record.get("field_name") == "parent_account_id":
        names = IDENTIFIERS | {"old_value", "new_value"}
    else:
        names = IDENTIFIERS
    for column in names & record.keys():
        if record[column] is not None:
            named[column] = f"{company}_{record[column]}"
    return named


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
