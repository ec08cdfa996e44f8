"""Days, months and seconds as whole numbers since 1970: the only clock of the generator (UTC)."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np

NONE = -(2**62)
"""Stands for null in whole-number columns (days, seconds, counts)."""

OPEN_DAY = 2_932_896
"""9999-12-31: the end of an interval that has none."""

OPEN_SECOND = OPEN_DAY * 86_400 + 86_399


def month_index(day: date) -> int:
    """Months since 1970-01."""
    return (day.year - 1970) * 12 + day.month - 1


@cache
def month_start(month: int) -> int:
    """The first day of a month, as days since 1970-01-01."""
    return (date(1970 + month // 12, month % 12 + 1, 1) - date(1970, 1, 1)).days


def day_of(month: int, day_of_month: int) -> int:
    """A day (at most the 28th, so that every month has it), as days since 1970-01-01."""
    return month_start(month) + day_of_month - 1


def month_of_day(day: int) -> int:
    """Months since 1970-01 of a day number."""
    return month_index(date.fromordinal(day + 719_163))


def aligned(day: int) -> tuple[int, int]:
    """The month and day-of-month (moved back to the 28th at most) of a day number."""
    found = date.fromordinal(day + 719_163)
    return month_index(found), min(found.day, 28)


def text(day: int) -> str:
    """A day number as ISO text."""
    return date.fromordinal(day + 719_163).isoformat()


def months_of(days: np.ndarray) -> np.ndarray:
    """Months since 1970-01 of many day numbers."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def add_months(days: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Days moved by whole months; exact for days of month up to the 28th."""
    whole = days.astype("datetime64[D]").astype("datetime64[M]")
    offset = days - whole.astype("datetime64[D]").astype(np.int64)
    return (whole + months).astype("datetime64[D]").astype(np.int64) + offset


def office_seconds(random: np.random.Generator, size: int, centre: float = 14.0) -> np.ndarray:
    """Seconds of the day, triangular within four hours of a centre hour."""
    spread = (random.random(size) + random.random(size) - 1.0) * 4.0
    return ((centre + spread) * 3600).astype(np.int64)


def business_minutes(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Minutes between two times (seconds since 1970) within Monday to Friday, 9 to 17 UTC."""

    def elapsed(seconds: np.ndarray) -> np.ndarray:
        day, second = np.divmod(seconds, 86_400)
        week, weekday = np.divmod(day + 3, 7)  # 1970-01-01 was a Thursday
        today = np.clip(second / 60.0 - 540.0, 0.0, 480.0) * (weekday < 5)
        return (week * 5 + np.minimum(weekday, 5)) * 480.0 + today

    return elapsed(last) - elapsed(first)
