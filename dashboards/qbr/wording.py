"""How a fact of the pack reads; what isn't known says so and is never a zero."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

UNKNOWN = "not known"
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
Number = int | float | Decimal
SEGMENTS = {"smb": "SMB", "mid_market": "Mid-Market", "enterprise": "Enterprise"}
REGIONS = {"emea": "EMEA", "apac": "APAC", "latam": "Latin America", "amer": "Americas"}
WARNINGS = {
    "health_drop": "Health fell within a month",
    "usage_fall": "Fewer users than usual",
    "champion_gone": "A champion has left",
    "ticket_spike": "Many more tickets than usual",
    "unpaid_invoice": "An invoice is overdue",
    "no_meeting": "No meeting for a long time",
}


def plain(text: str | None) -> str:
    """Text of a source without e-mail addresses or line breaks."""
    if not text or not text.strip():
        return UNKNOWN
    return " ".join(_EMAIL.sub("(e-mail removed)", text).split())


def day(value: date | None) -> str:
    """A day as 6 Mar 2026."""
    return UNKNOWN if value is None else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """A month as Mar 26."""
    return f"{_MONTHS[value.month - 1]} {value.year % 100:02}"


def money(value: Number | None, currency: str | None) -> str:
    """Whole units of the reporting currency."""
    return UNKNOWN if value is None else f"{currency or ''} {value:,.0f}".strip()


def share(value: Number | None) -> str:
    """A ratio as whole per cent; something that isn't all never reads 100 %."""
    if value is None:
        return UNKNOWN
    percent = round(float(value) * 100)
    if percent == 100 and value < 1:
        percent = 99
    if percent == 0 and value > 0:
        return "under 1 %"
    return f"{percent} %"


def of(part: int | None, whole: int | None) -> str:
    """A part of a whole, as 3 of 4 (75 %)."""
    if part is None or not whole:
        return UNKNOWN
    return f"{part:,} of {whole:,} ({share(part / whole)})"


def hours(value: Number | None) -> str:
    """Hours, from two days on as days."""
    if value is None:
        return UNKNOWN
    return f"{value:.1f} hours" if value < 48 else f"{value / 24:.1f} days"


def count(value: int | None, one: str, many: str | None = None) -> str:
    """A number of things, as 1 ticket or 3 tickets."""
    if value is None:
        return UNKNOWN
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def name_of(value: str | None, names: dict[str, str]) -> str:
    """The name of an id, else the id in words."""
    if not value:
        return UNKNOWN
    return plain(names.get(value, value.replace("_", " ")))
