"""Everything that the table makers read: accounts, ledger as columns, staff, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seeds.generator.catalogue import Catalogue
from seeds.generator.company import Accounts
from seeds.generator.days import OPEN_DAY, months_of
from seeds.generator.people import Staff
from seeds.generator.records import Ledger
from seeds.generator.settings import CompanySettings


def column(rows: list[Any], name: str) -> np.ndarray:
    """One attribute of many records as a numpy array."""
    return np.array([getattr(row, name) for row in rows])


@dataclass(frozen=True)
class Window:
    """What stood in each month of the window, by account (rows) and month (columns)."""

    seats: np.ndarray
    first_day: np.ndarray
    """First day of service in the month (days since 1970); beyond `last_day`: none."""
    last_day: np.ndarray
    """Last day of service in the month, included."""
    mood: np.ndarray
    breadth: np.ndarray
    """How many of the products' features the plan unlocks."""


@dataclass(frozen=True)
class World:
    """One whole company."""

    settings: CompanySettings
    accounts: Accounts
    catalogue: Catalogue
    ledger: Ledger
    staff: Staff
    window: Window


def make_window(settings: CompanySettings, accounts: Accounts, ledger: Ledger) -> Window:
    """Seats, service days and hidden state by account and month of the window."""
    count, months, first = accounts.count, settings.months, settings.first_month
    starts = np.arange(first, first + months + 1).astype("datetime64[M]")
    edges = starts.astype("datetime64[D]").astype(np.int64)
    seats = np.zeros((count, months), dtype=np.int64)
    breadth = np.zeros((count, months), dtype=np.int64)
    owner = column(ledger.subscriptions, "account")
    rows = [row for row in ledger.intervals if row.start <= settings.end_day]
    begin = months_of(column(rows, "start")) - first
    until = months_of(np.minimum(column(rows, "end"), settings.end_day)) - first
    for row, low, high in zip(rows, begin.tolist(), until.tolist(), strict=True):
        if high < 0:
            continue
        account = owner[row.subscription]
        span = slice(max(low, 0), high + 1)
        if row.plan <= 2:
            seats[account, span] = row.quantity
            breadth[account, span] = np.maximum(breadth[account, span], 5 + 2 * row.plan)
        else:
            breadth[account, span] += 1
    first_day = np.full((count, months), OPEN_DAY, dtype=np.int64)
    last_day = np.full((count, months), -1, dtype=np.int64)
    damp = np.ones((count, months))
    low_day, high_day = edges[:-1], edges[1:] - 1
    for record in ledger.subscriptions:
        stop = min(record.end, settings.end_day + 1) - 1
        if stop < settings.first_day or record.start > stop:
            continue
        account = record.account
        live = (low_day <= stop) & (high_day >= record.start)
        first_day[account, live] = np.minimum(
            first_day[account, live], np.maximum(low_day[live], record.start)
        )
        last_day[account, live] = np.maximum(
            last_day[account, live], np.minimum(high_day[live], stop)
        )
        if record.reason == "customer_left" and record.notice > 0:
            damp[account, (low_day >= record.notice - 20) & live] = 0.55
    grid = accounts.health[:, -months:]
    mood = damp / (1.0 + np.exp(-grid))
    return Window(seats, first_day, last_day, mood, np.minimum(breadth, 12))
