"""What the second implementation reads: contract tables as rows, options, the CRM's history."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from tests.independent.amounts import day, exact, half_up, missing

ROOT = Path(__file__).resolve().parents[2]
NONE = "(none)"
Row = dict[str, Any]
Tables = Mapping[str, pd.DataFrame]


@cache
def contract(table: str) -> dict[str, Any]:
    """A contract table's primary key and its columns with their types, from its YAML twin."""
    path = ROOT / "dbt_project" / "models" / "conformed" / f"{table}.yml"
    model = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]
    return {
        "primary_key": model["config"]["meta"]["primary_key"],
        "columns": {column["name"]: column["data_type"] for column in model["columns"]},
    }


@cache
def periods_per_year() -> dict[str, Fraction]:
    """Billing interval to periods a year, from the reference seed."""
    with (ROOT / "seeds" / "reference" / "billing_intervals.csv").open(encoding="utf-8") as seed:
        return {
            row["billing_interval"]: Fraction(row["periods_per_year"])
            for row in csv.DictReader(seed)
        }


def plan_rates_of_reference() -> dict[tuple[str, int], Fraction]:
    """(currency, year) to US dollars, from the reference seed."""
    with (ROOT / "seeds" / "reference" / "plan_fx_rates.csv").open(encoding="utf-8") as seed:
        return {
            (row["currency"], int(row["plan_year"])): Fraction(row["usd_rate"])
            for row in csv.DictReader(seed)
        }


@dataclass(frozen=True)
class Options:
    """Grace days, reporting currency, and plan rates in US dollars by (currency, year)."""

    late_renewal_grace_days: int = 90
    reporting_currency: str = "USD"
    plan_rates: Mapping[tuple[str, int], Any] = field(default_factory=dict)


def rows(tables: Tables, table: str) -> list[Row]:
    """A contract table as dictionaries, one per primary key (the newest), in primary key order."""
    frame = tables.get(table)
    if frame is None or frame.empty:
        return []
    key = contract(table)["primary_key"]
    records: dict[tuple, Row] = {}
    names = [name for name in frame.columns if not name.startswith("_")]
    for values in zip(*(frame[name].tolist() for name in names), strict=True):
        row = {n: None if missing(v) else v for n, v in zip(names, values, strict=True)}
        identity = tuple(row[column] for column in key)
        known = records.get(identity)
        if known is None or str(row.get("updated_at") or "") > str(known.get("updated_at") or ""):
            records[identity] = row
    return [records[identity] for identity in sorted(records, key=str)]


class Crm:
    """Accounts, whom they were merged into, and what each field was on a day."""

    def __init__(self, tables: Tables) -> None:
        self.accounts = {row["account_id"]: row for row in rows(tables, "crm_accounts")}
        changes: dict[tuple[str, str], list[Row]] = {}
        for row in rows(tables, "crm_account_changes"):
            changes.setdefault((row["account_id"], row["field_name"]), []).append(row)
        self._changes = {
            key: sorted(found, key=lambda row: row["changed_at"]) for key, found in changes.items()
        }

    def survivor(self, account_id: str) -> str:
        """The account under which this one counts: mergers followed to the end."""
        seen = {account_id}
        while merged_into := self.accounts.get(account_id, {}).get("merged_into_account_id"):
            if merged_into in seen:
                break
            seen.add(merged_into)
            account_id = merged_into
        return account_id

    def value(self, account_id: str, field_name: str, on: date) -> Any:
        """A field's value at the end of a day; before the first logged change, its old value.

        Changes logged on the day on which the CRM made the account are how it was made.
        """
        changes = self._changes.get((account_id, field_name))
        account = self.accounts.get(account_id, {})
        if not changes:
            return account.get(field_name)
        days = [day(change["changed_at"]) for change in changes]
        if days[0] == day(account.get("created_at")):
            on = max(on, days[0])
        place = bisect_right(days, on)
        return changes[place - 1]["new_value"] if place else changes[0]["old_value"]

    def change_days(self, account_id: str, field_name: str) -> list[date]:
        """The days on which a field changed."""
        found = self._changes.get((account_id, field_name), [])
        return sorted({day(change["changed_at"]) for change in found})

    def ultimate_parent(self, account_id: str, on: date) -> str:
        """The top of the hierarchy as it stood on a day; a cycle ends before it repeats."""
        account_id = self.survivor(account_id)
        seen = {account_id}
        while parent := self.value(account_id, "parent_account_id", on):
            parent = self.survivor(parent)
            if parent in seen or parent not in self.accounts:
                break
            seen.add(parent)
            account_id = parent
        return account_id


def crossed(unit: Fraction, reporting: Fraction) -> Fraction:
    """A rate between two currencies, to eight decimals like every rate."""
    return Fraction(half_up(unit / reporting * 10**8), 10**8)


class Rates:
    """The plan rate of the as-of year and the spot rate of a day, in the reporting currency."""

    def __init__(self, tables: Tables, as_of: date, options: Options) -> None:
        self._options, self._year = options, as_of.year
        self.reporting_currency = options.reporting_currency
        self._history: dict[str, tuple[list[date], list[Fraction]]] = {}
        found = [(row["currency"].upper(), day(row["rate_date"]), exact(row["usd_rate"]))
                 for row in rows(tables, "fx_rates")]  # fmt: skip
        for currency, when, rate in sorted(found):
            if when <= as_of:
                days, rates = self._history.setdefault(currency, ([], []))
                days.append(when)
                rates.append(rate)

    def _plan_in_dollars(self, currency: str) -> Fraction | None:
        override = self._options.plan_rates.get((currency, self._year))
        if override is not None:
            return exact(override)
        if currency == "USD":
            return Fraction(1)
        days, rates = self._history.get(currency, ([], []))
        place = bisect_right(days, date(self._year - 1, 12, 31))
        return rates[max(place - 1, 0)] if rates else None

    def _spot_in_dollars(self, currency: str, on: date) -> tuple[Fraction | None, str]:
        if currency == "USD":
            return Fraction(1), "exact"
        days, rates = self._history.get(currency, ([], []))
        place = bisect_right(days, on)
        if not place:
            return None, "missing"
        return rates[place - 1], "exact" if days[place - 1] == on else "last_known"

    def plan(self, currency: str) -> Fraction | None:
        """Reporting currency per unit at the plan rate; None where no rate is known at all."""
        if currency == self._options.reporting_currency:
            return Fraction(1)
        unit = self._plan_in_dollars(currency)
        reporting = self._plan_in_dollars(self._options.reporting_currency)
        return crossed(unit, reporting) if unit is not None and reporting else None

    def spot(self, currency: str, on: date) -> tuple[Fraction | None, str]:
        """The rate of a day and whether it is exact, last_known or missing (then the plan rate)."""
        if currency == self._options.reporting_currency:
            return Fraction(1), "exact"
        unit, status = self._spot_in_dollars(currency, on)
        reporting, other = self._spot_in_dollars(self._options.reporting_currency, on)
        if unit is None or not reporting:
            return self.plan(currency), "missing"
        return crossed(unit, reporting), "exact" if {status, other} == {"exact"} else "last_known"
