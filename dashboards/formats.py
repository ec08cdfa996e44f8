"""How a number, a day or a word of the warehouse reads on a page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

BLANK = "–"
UNCHANGED = frozenset(
    {"ARR", "CRM", "CSM", "CS", "NPS", "NRR", "GRR", "QBR", "HR", "MDM", "SMB", "ID", "FX"}
)


def shown(value: Any, kind: str = "text") -> str:
    """A value as a person reads it; what isn't known is a dash, never a zero."""
    if value is None or value == "" or value != value:
        return BLANK
    return _KINDS[kind](value)


def money(value: Any) -> str:
    """Whole units with thousands apart."""
    return f"{value:,.0f}".replace("-", "\u2212")


def short_money(value: Any) -> str:
    """Three figures and a letter, for a headline."""
    size = abs(float(value))
    for limit, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if size >= limit:
            text = f"{float(value) / limit:.{2 if size < 10 * limit else 1}f}{letter}"
            return text.replace("-", "\u2212")
    return f"{float(value):.0f}".replace("-", "\u2212")


def share(value: Any) -> str:
    """A ratio as per cent with one decimal; all of it and nothing of it without."""
    text = f"{float(value) * 100:.1f}"
    return ("100" if float(value) == 1 else "0" if float(value) == 0 else text) + " %"


def change(value: Any) -> str:
    """The difference of two ratios in percentage points, with its sign."""
    return f"{float(value) * 100:+.1f} pt".replace("-", "\u2212")


def hours(value: Any) -> str:
    """Hours up to two days, then days."""
    return f"{value:,.0f} h" if abs(value) < 48 else f"{value / 24:,.0f} d"


def words(value: Any) -> str:
    """An identifier in words: `missing_renewal_date` reads Missing renewal date."""
    text = str(value).replace("_", " ").strip()
    text = " ".join(w.upper() if w.upper() in UNCHANGED else w for w in text.split(" "))
    return text[:1].upper() + text[1:]


def day(value: date | datetime) -> str:
    """An ISO day."""
    return value.strftime("%Y-%m-%d")


def moment(value: datetime) -> str:
    """An ISO day and the time to the minute, UTC."""
    return value.strftime("%Y-%m-%d %H:%M")


_KINDS = {
    "text": str,
    "words": words,
    "money": money,
    "short_money": short_money,
    "count": money,
    "share": share,
    "change": change,
    "hours": hours,
    "decimal": lambda value: f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "\u2212"),
    "point_change": lambda value: f"{value:+.1f}".replace("-", "\u2212"),
    "hour_parts": lambda value: f"{value:,.1f} h",
    "points": lambda value: f"{value:,.1f}".replace("-", "\u2212"),
    "money_change": lambda value: ("+" if value > 0 else "") + money(value),
    "number": lambda value: f"{value:,.2f}".replace("-", "\u2212"),
    "days": lambda value: f"{value:,.0f} d",
    "day": day,
    "moment": moment,
    "flag": lambda value: "yes" if value else "no",
    "code": str,
    "link": str,
}
NUMBERS = frozenset(
    {
        *("money", "short_money", "money_change", "count", "number", "decimal"),
        *("points", "point_change", "share", "change", "hours", "hour_parts", "days"),
    }
)
