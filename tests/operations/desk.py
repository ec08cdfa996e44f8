"""Business hours of the shipped desks, counted with Python's own time zones, day by day."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from orchestration.settings import PROJECT

REFERENCE = PROJECT / "seeds" / "reference"


@cache
def seed(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def _desk(schedule: str) -> tuple[ZoneInfo, dict[int, tuple[int, int]], frozenset[date]]:
    hours = [row for row in seed("support_schedules") if row["schedule_id"] == schedule]
    closed = frozenset(
        date.fromisoformat(row["holiday_date"])
        for row in seed("support_holidays")
        if row["schedule_id"] == schedule
    )
    weekdays = {
        int(row["weekday_number"]): (int(row["opens_minute"]), int(row["closes_minute"]))
        for row in hours
    }
    return ZoneInfo(hours[0]["time_zone"]), weekdays, closed


def schedule_of(region: object) -> str:
    """The desk of a region; whatever is no text is no region."""
    by_region = {row["region"]: row["schedule_id"] for row in seed("support_schedule_regions")}
    return by_region.get(str(region).lower(), by_region["*"])


def open_periods(schedule: str, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """When a desk is open (UTC) on its local days from `first` to `last`."""
    zone, weekdays, closed = _desk(schedule)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day.isoweekday() not in weekdays or day in closed:
            continue
        ends = []
        for minute in weekdays[day.isoweekday()]:
            local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
            ends.append(local.astimezone(UTC).replace(tzinfo=None))
        yield ends[0], ends[1]


def business_hours(schedule: str, start: datetime, end: datetime) -> float:
    """Hours between two moments (UTC, no zone) for which the desk was open."""
    seconds = 0.0
    around = timedelta(days=1)
    for opened, shut in open_periods(schedule, (start - around).date(), (end + around).date()):
        seconds += max((min(end, shut) - max(start, opened)).total_seconds(), 0)
    return seconds / 3600
