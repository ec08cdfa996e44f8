"""What the made-up company is asked to be: size, span, seed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from seeds.generator.days import month_index, month_start

HISTORY_MONTHS = 36
"""Months before the window in which accounts may already have become customers."""

DEFAULT_EVENTS_PER_ACCOUNT_MONTH = 52.0


@dataclass(frozen=True)
class CompanySettings:
    """One company: `accounts` accounts over `months` months that end on `end` (inclusive)."""

    accounts: int = 300
    months: int = 30
    end: date = date(2026, 6, 30)
    seed: int = 7
    usage_per_account: float = DEFAULT_EVENTS_PER_ACCOUNT_MONTH

    def __post_init__(self) -> None:
        """Refuse sizes that make no company."""
        if self.accounts < 20:
            raise ValueError("accounts must be at least 20: fewer make no company to measure")
        if not 6 <= self.months <= 120:
            raise ValueError("months must be between 6 and 120")
        if (self.end + timedelta(days=1)).day != 1:
            raise ValueError(f"end must be the last day of a month, {self.end} isn't")
        if not 0 < self.usage_per_account <= 100_000:
            raise ValueError("usage_per_account must be above 0 (events per account and month)")

    @property
    def end_day(self) -> int:
        """The last day, as days since 1970-01-01."""
        return (self.end - date(1970, 1, 1)).days

    @property
    def end_second(self) -> int:
        """The last second of the last day, since 1970-01-01."""
        return self.end_day * 86_400 + 86_399

    @property
    def first_month(self) -> int:
        """The window's first month, as months since 1970-01."""
        return month_index(self.end) - self.months + 1

    @property
    def first_day(self) -> int:
        """The window's first day, as days since 1970-01-01."""
        return month_start(self.first_month)

    @property
    def history_month(self) -> int:
        """The earliest month in which an account can become a customer."""
        return self.first_month - HISTORY_MONTHS

    @property
    def grid_months(self) -> int:
        """Months on the grid of the hidden state: history and window."""
        return HISTORY_MONTHS + self.months

    def random(self, topic: str, *keys: int) -> np.random.Generator:
        """A stream of its own for a topic, so that changing one topic disturbs no other."""
        return np.random.default_rng([self.seed, zlib.crc32(topic.encode()), *keys])
