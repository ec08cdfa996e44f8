"""Small line charts drawn by hand: thousands of pages need them, and each is one path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboards.charts import Chart
from dashboards.formats import short_money

WIDTH, HEIGHT = 380, 150
LEFT, RIGHT, TOP, BOTTOM = 42, 10, 12, 24
Number = float | int | Decimal | None


@dataclass(frozen=True)
class Line:
    """One value a day; None is a day of which nothing is known, and the line has a gap there."""

    label: str
    values: Sequence[Number]
    is_dashed: bool = False


def spark(
    title: str,
    days: Sequence[date],
    lines: Sequence[Line],
    alternative: str,
    high: float | None = None,
    is_step: bool = False,
) -> Chart | None:
    """The lines over the days, from zero to `high` or the largest value; None without values."""
    known = [float(value) for line in lines for value in line.values if value is not None]
    if not known or len(days) < 2:
        return None
    top = high or _round_up(max(known))
    parts = [
        f'<svg class="chart spark" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        'focusable="false" font-family="system-ui, sans-serif" font-size="11">'
    ]
    for share in (0, 0.5, 1):
        y = _y(top * share, top)
        parts.append(
            f'<path d="M{LEFT} {y}H{WIDTH - RIGHT}" stroke="var(--line)"/><text x="{LEFT - 6}" '
            f'y="{y + 4}" text-anchor="end" fill="var(--quiet)">{short_money(top * share)}</text>'
        )
    for place, anchor in ((0, "start"), (len(days) // 2, "middle"), (len(days) - 1, "end")):
        parts.append(
            f'<text x="{_x(days[place], days)}" y="{HEIGHT - 6}" text-anchor="{anchor}" '
            f'fill="var(--quiet)">{days[place]:%b %y}</text>'
        )
    for number, line in enumerate(lines, 1):
        dash = ' stroke-dasharray="5 4"' if line.is_dashed else ""
        parts.append(
            f'<path d="{_path(days, line.values, top, is_step)}" fill="none" '
            f'stroke="var(--series-{number})" stroke-width="2" stroke-linejoin="round"{dash}/>'
        )
        last = next((p for p in reversed(range(len(days))) if line.values[p] is not None), None)
        if last is not None and not line.is_dashed:
            parts.append(
                f'<circle cx="{_x(days[last], days)}" cy="{_y(line.values[last], top)}" r="3.5" '
                f'fill="var(--series-{number})"/>'
            )
    parts.append("</svg>")
    return Chart(title, alternative, "".join(parts))


def _path(days: Sequence[date], values: Sequence[Number], top: float, is_step: bool) -> str:
    steps: list[str] = []
    before = None
    for day, value in zip(days, values, strict=True):
        if value is not None:
            x, y = _x(day, days), _y(value, top)
            if before is None:
                # A value between two gaps is a dot: a path of one point draws nothing.
                steps.append(f"M{x} {y}h.1")
            else:
                steps.append(f"H{x}V{y}" if is_step else f"L{x} {y}")
        before = value
    return "".join(steps)


def _x(day: date, days: Sequence[date]) -> float:
    whole = max(1, (days[-1] - days[0]).days)
    return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - days[0]).days / whole, 1)


def _y(value: Number, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(value or 0) / top, 1)


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 6, 8 and 10 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** (len(str(int(value))) - 1)
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)
