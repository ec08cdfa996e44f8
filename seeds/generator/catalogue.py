"""What the company sells: products, plans, and a price list per year, currency and interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seeds.generator import words

STARTER, GROWTH, ENTERPRISE, ANALYTICS, AUTOMATION = range(5)
PLANS = ("Starter", "Growth", "Enterprise", "Analytics", "Automation")
PRODUCTS = ("Platform", "Analytics", "Automation")
PRODUCT_OF_PLAN = (0, 0, 0, 1, 2)

_MONTHLY_USD = (29.0, 52.0, 84.0, 11.0, 16.0)
_PER_USD = (1.0, 0.92, 0.79, 148.0)
_YEARLY_UPLIFT = 1.045
_YEARS = 14
INTERVAL_MONTHS = (1, 12)


@dataclass(frozen=True)
class Catalogue:
    """Price lists; a price number is plan × currency × interval × year, flattened."""

    first_year: int

    @property
    def count(self) -> int:
        """How many prices there are."""
        return len(PLANS) * len(words.CURRENCIES) * 2 * _YEARS

    def price(self, plan: int, currency: int, interval: int, year: int) -> int:
        """The price number on the list of a year (interval 0 monthly, 1 yearly)."""
        list_year = min(max(year - self.first_year, 0), _YEARS - 1)
        return ((plan * len(words.CURRENCIES) + currency) * 2 + interval) * _YEARS + list_year

    def columns(self) -> dict[str, np.ndarray]:
        """Plan, currency, interval, year and unit amount (minor units) by price number."""
        number = np.arange(self.count)
        rest, year = np.divmod(number, _YEARS)
        rest, interval = np.divmod(rest, 2)
        plan, currency = np.divmod(rest, len(words.CURRENCIES))
        monthly = np.array(_MONTHLY_USD)[plan] * np.array(_PER_USD)[currency]
        monthly = monthly * _YEARLY_UPLIFT**year
        zero_decimal = np.isin(
            currency, [words.CURRENCIES.index(code) for code in words.ZERO_DECIMAL]
        )
        amount = np.where(interval == 0, monthly, monthly * 12 * 0.9)
        minor = np.where(zero_decimal, np.round(amount, -1), np.round(amount * 2) * 50)
        return {
            "plan": plan,
            "currency": currency,
            "interval": interval,
            "year": year + self.first_year,
            "minor": minor.astype(np.int64),
            "per_year": np.where(interval == 0, 12, 1),
            "major": np.where(zero_decimal, minor, minor / 100.0),
        }
