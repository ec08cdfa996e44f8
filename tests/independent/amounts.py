"""Exact money and dates: fractions and integer cents, never a float."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd


def missing(value: Any) -> bool:
    """True for None, NaN, NaT and the empty string."""
    if value is None or value is pd.NaT or value == "":
        return True
    return isinstance(value, float | Decimal) and value != value


def exact(value: Any) -> Fraction | None:
    """A number as it is written, without binary rounding; None where there is none."""
    if missing(value):
        return None
    return Fraction(value) if isinstance(value, int | Decimal | Fraction) else Fraction(str(value))


def half_up(value: Fraction) -> int:
    """The nearest integer, half away from zero (what a cast to decimal does)."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def cents(value: Fraction) -> int:
    """Major units, rounded to integer cents."""
    return half_up(value * 100)


def money(amount_in_cents: int) -> Decimal:
    """Integer cents as a decimal with two places."""
    return Decimal(amount_in_cents).scaleb(-2)


def ratio(numerator: int, denominator: int) -> float | None:
    """A quotient of sums; None over nothing."""
    return float(Fraction(numerator, denominator)) if denominator else None


def day(value: Any) -> date | None:
    """The UTC day of a date or timestamp."""
    if missing(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else pd.Timestamp(value).date()


def month_index(when: date) -> int:
    """Months counted from year 0, so that subtraction gives months apart."""
    return when.year * 12 + when.month - 1


def month_start(index: int) -> date:
    """The first day of a month counted from year 0."""
    return date(index // 12, index % 12 + 1, 1)


def month_end(index: int) -> date:
    """The last day of a month counted from year 0."""
    year, month = index // 12, index % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def quarter(index: int) -> str:
    """The calendar quarter of a month, as 2025-Q1."""
    return f"{index // 12}-Q{index % 12 // 3 + 1}"


def months_later(start: date, months: int) -> date:
    """The same day some months on, or that month's last day where it has no such day."""
    last = month_end(month_index(start) + months)
    return last.replace(day=min(start.day, last.day))


def whole_months(start: date, end: date) -> int | None:
    """How many whole months lie between two days, or None where they don't fit."""
    months = month_index(end) - month_index(start)
    return months if months > 0 and months_later(start, months) == end else None


def shared(amount_in_cents: int, weights: Mapping[Any, Fraction], order: Sequence[Any]) -> dict:
    """Cents shared by weight: each gets the floor, the leftover cents go to the largest remainders.

    Ties go to whoever comes first in `order`. The pieces sum to the amount.
    """
    total = sum(weights.values(), Fraction(0))
    if not total:
        return dict.fromkeys(order, 0)
    parts = {key: amount_in_cents * weights[key] / total for key in order}
    pieces = {key: part.numerator // part.denominator for key, part in parts.items()}
    leftover = amount_in_cents - sum(pieces.values())
    rank = {key: place for place, key in enumerate(order)}
    for key in sorted(order, key=lambda key: (pieces[key] - parts[key], rank[key]))[:leftover]:
        pieces[key] += 1
    return pieces
