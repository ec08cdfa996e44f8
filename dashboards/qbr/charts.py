"""Small pictures as SVG that stand alone; the HTML page and the PDF show the same ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Place = Callable[[float], float]
WIDTH, HEIGHT = 330, 104
INK, QUIET, LINE, FILL = "#16324f", "#5b6b7b", "#1f6f8b", "#cfe3ea"
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 42, 10, 16


def trend(months: Sequence[str], used: Sequence[int | None], seats: Sequence[int | None]) -> str:
    """Users (line with dots) under seats (dashed) by month; a month without a figure is a gap."""
    top = max([value for value in [*used, *seats] if value is not None], default=0) or 1
    x, y = _places(len(months), top)
    parts = [_axis(top, months, x)]
    for values, style in ((seats, 'stroke-dasharray="4 3"'), (used, 'stroke-width="2"')):
        colour = QUIET if values is seats else LINE
        for run in _runs(values):
            points = " ".join(f"{x(i):.1f},{y(values[i] or 0):.1f}" for i in run)
            parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" {style}/>')
    parts += [
        f'<circle cx="{x(i):.1f}" cy="{y(value):.1f}" r="2.2" fill="{LINE}"/>'
        for i, value in enumerate(used)
        if value is not None
    ]
    labels = _apart(
        [
            (y(values[-1]), word, colour)
            for values, word, colour in ((seats, "seats", QUIET), (used, "users", LINE))
            if values and values[-1] is not None
        ]
    )
    parts += [_text(WIDTH - _RIGHT + 6, at + 3, word, colour) for at, word, colour in labels]
    return _svg(parts)


def bars(months: Sequence[str], values: Sequence[int | None]) -> str:
    """A bar for each month with its number above it; a month before any record has none."""
    top = max([value for value in values if value is not None], default=0) or 1
    x, y = _places(len(months), top, 4, 4)
    parts = [_axis(None, months, x, 4, 4)]
    for i, value in enumerate(values):
        if value is None:
            continue
        height = HEIGHT - _BOTTOM - y(value)
        parts.append(
            f'<rect x="{x(i) - 7:.1f}" y="{y(value):.1f}" width="14" height="{height:.1f}" '
            f'fill="{LINE if value else QUIET}"/>'
        )
        parts.append(_text(x(i), y(value) - 2, str(value), INK, "middle"))
    return _svg(parts)


def quartiles(value: float, low: float, median: float, high: float) -> str:
    """A scale from 0 on with the middle half of the peers as a band and the account as a mark."""
    top = max(1.0, value, high)
    left, width = 8, WIDTH - 24

    def x(share: float) -> float:
        return left + width * min(share, top) / top

    marks = [0.0, 0.25, 0.5, 0.75, 1.0]
    parts = [
        f'<rect x="{left}" y="24" width="{width}" height="10" fill="#eef2f5"/>',
        f'<rect x="{x(low):.1f}" y="24" width="{x(high) - x(low):.1f}" height="10" fill="{FILL}"/>',
        f'<line x1="{x(median):.1f}" x2="{x(median):.1f}" y1="22" y2="36" stroke="{QUIET}" '
        'stroke-width="1.5"/>',
        f'<path d="M {x(value):.1f} 23 l -5 -8 h 10 z" fill="{LINE}"/>',
        f'<line x1="{x(value):.1f}" x2="{x(value):.1f}" y1="20" y2="36" stroke="{LINE}" '
        'stroke-width="2"/>',
        *(
            _text(x(mark), 46, f"{mark * 100:.0f} %", QUIET, "middle" if mark else "start")
            for mark in marks
        ),
        _text(min(max(x(value), 36), WIDTH - 44), 10, "this account", LINE, "middle"),
    ]
    return _svg(parts, 50)


def _places(count: int, top: float, left: int = _LEFT, right: int = _RIGHT) -> tuple[Place, Place]:
    step = (WIDTH - left - right) / max(count, 1)
    tall = HEIGHT - _TOP - _BOTTOM
    return (lambda i: left + step * (i + 0.5)), (lambda v: HEIGHT - _BOTTOM - tall * v / top)


def _axis(
    top: float | None, months: Sequence[str], x: Place, left: int = _LEFT, right: int = _RIGHT
) -> str:
    base = HEIGHT - _BOTTOM
    parts = [f'<line x1="{left}" x2="{WIDTH - right}" y1="{base}" y2="{base}" stroke="#b8c4ce"/>']
    if top is not None:
        parts += [_text(_LEFT - 4, _TOP + 4, f"{top:,.0f}", QUIET, "end"),
                  _text(_LEFT - 4, base, "0", QUIET, "end")]  # fmt: skip
    last = len(months) - 1
    parts += [
        _text(x(i), HEIGHT - 4, name, QUIET, "middle")
        for i, name in enumerate(months)
        if (last - i) % 3 == 0
    ]
    return "".join(parts)


def _runs(values: Sequence[int | None]) -> list[list[int]]:
    runs: list[list[int]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(i)
    return [run for run in runs if len(run) > 1]


def _apart(labels: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    if len(labels) == 2 and abs(labels[0][0] - labels[1][0]) < 9:
        upper = min(labels[0][0], labels[1][0])
        first, second = sorted(labels)
        return [(upper - 1, *first[1:]), (upper + 9, *second[1:])]
    return labels


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="8" fill="{colour}" text-anchor="{anchor}">'
        f"{words}</text>"
    )


def _svg(parts: list[str], height: int = HEIGHT) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="Libertinus Serif, system-ui, sans-serif" '
        f'role="presentation">{"".join(parts)}</svg>'
    )
