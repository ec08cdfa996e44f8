"""Charts as static SVG: Altair says what, vl-convert draws it here, no script on the page.

Colours are CSS variables, so that one drawing serves light, dark and paper. Altair knows none and
draws with stand-ins, which are put right in the SVG.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.marts import Row

WIDTH, HEIGHT = 520, 200
STAND_INS = {
    name: f"#fe{place:02d}ef"
    for place, name in enumerate(
        [
            *(f"series-{number}" for number in range(1, 7)),
            *("band-green", "band-yellow", "band-red", "none", "ink", "quiet", "line"),
        ]
    )
}
"""The colour that stands for each CSS variable of the style sheet."""
SERIES = [STAND_INS[f"series-{number}"] for number in range(1, 7)]
BANDS = {
    "green": "band-green",
    "yellow": "band-yellow",
    "red": "band-red",
    "no score": "none",
}
FONT = "system-ui, sans-serif"
_SHAPE = re.compile(r'^<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


@dataclass(frozen=True)
class Chart:
    """A drawing and what it shows in words, for those who can't see it."""

    title: str
    alternative: str
    svg: str


def line_chart(
    title: str,
    rows: Sequence[Row],
    x: str,
    y: str,
    series: str = "",
    number: str = "%",
    alternative: str = "",
    zero: bool = False,
) -> Chart:
    """A line for each value of `series` over the days of `x`; `number` is a d3 format."""
    import altair as alt

    colour = _colour(rows, series)
    base = alt.Chart(alt.Data(values=_plain(rows, [x, y, series]))).encode(
        x=_time(x),
        y=alt.Y(f"{y}:Q", title=None, axis=alt.Axis(format=number), scale=alt.Scale(zero=zero)),
        **({"color": colour} if colour is not None else {}),
    )
    mark = {} if colour is not None else {"color": SERIES[0]}
    return _drawn(title, base.mark_line(strokeWidth=2, **mark), alternative)


def stacked_chart(
    title: str, rows: Sequence[Row], x: str, y: str, series: str, alternative: str = ""
) -> Chart:
    """Bars over the months of `x`, stacked by `series`."""
    import altair as alt

    months = alt.Axis(format="%b %y", labelAngle=0, labelOverlap=True)
    layer = (
        alt.Chart(alt.Data(values=_plain(rows, [x, y, series])))
        .mark_bar()
        .encode(
            x=alt.X(f"yearmonth({x}):O", title=None, axis=months),
            y=alt.Y(f"{y}:Q", title=None, axis=alt.Axis(format="~s")),
            color=_colour(rows, series),
        )
    )
    return _drawn(title, layer, alternative)


def _colour(rows: Sequence[Row], series: str) -> Any:
    if not series:
        return None
    import altair as alt

    names = list(dict.fromkeys(str(row[series]) for row in rows))
    known = [name for name in BANDS if name in names]
    names = known if len(known) == len(names) else names
    colours = [
        STAND_INS[BANDS[name]] if name in BANDS else SERIES[place % len(SERIES)]
        for place, name in enumerate(names)
    ]
    return alt.Color(
        f"{series}:N",
        title=None,
        scale=alt.Scale(domain=names, range=colours),
        legend=alt.Legend(orient="top", symbolType="square"),
    )


def _time(x: str) -> Any:
    import altair as alt

    return alt.X(
        f"{x}:T",
        title=None,
        axis=alt.Axis(format="%b %y", tickCount=6, grid=False, labelOverlap=True),
    )


def _plain(rows: Sequence[Row], keys: Sequence[str]) -> list[dict[str, Any]]:
    """Values as JSON has them: days as text, money as numbers (a drawing needs no cents)."""
    wanted = [key for key in keys if key]
    return [{key: _value(row[key]) for key in wanted} for row in rows]


def _value(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, float)) else float(value)


def _drawn(title: str, layer: Any, alternative: str) -> Chart:
    import vl_convert

    specification = (
        layer.properties(width=WIDTH, height=HEIGHT, background="transparent")
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=STAND_INS["quiet"],
            gridColor=STAND_INS["line"],
            domainColor=STAND_INS["line"],
            tickColor=STAND_INS["line"],
            labelFontSize=12,
        )
        .configure_legend(labelColor=STAND_INS["ink"], labelFontSize=12)
        .to_dict(validate=False)
    )
    svg = vl_convert.vegalite_to_svg(specification)
    # The figure around it says what it is; inside, nothing is to be read out.
    svg = _ROLES.sub("", svg)
    for name, colour in STAND_INS.items():
        svg = svg.replace(f'"{colour}"', f'"var(--{name})"')
    svg = _SHAPE.sub(r'<svg class="chart" data-size="\1x\2"', svg, count=1)
    return Chart(title, alternative, svg)
