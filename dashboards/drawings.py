"""The charts of the theme pages: bridges, ranges, triangles and lines with their targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.charts import SERIES, STAND_INS, Chart, _drawn, _plain, _time
from dashboards.formats import short_money
from dashboards.marts import Row

OUTLOOKS = {
    "Healthy": "band-green",
    "Stable": "band-yellow",
    "At risk": "band-red",
    "Churn likely": "ink",
    "No score": "none",
}
"""Outlooks in their order, with the colour of each."""


def trend_chart(
    title: str,
    rows: Sequence[Row],
    x: str,
    y: str,
    series: str,
    number: str,
    alternative: str,
    targets: Mapping[str, Any] | None = None,
    dashed: str = "",
) -> Chart:
    """A line for each series over time, with a dashed line at each target (by series).

    `dashed` names a series that is drawn dashed, as a plan beside what is there.
    """
    import altair as alt

    names = list(dict.fromkeys(str(row[series]) for row in rows))
    colour = alt.Color(
        f"{series}:N",
        title=None,
        scale=alt.Scale(domain=names, range=_colours(names)),
        legend=alt.Legend(orient="top", symbolType="stroke", columns=6),
    )
    value = alt.Y(f"{y}:Q", title=None, axis=alt.Axis(format=number), scale=alt.Scale(zero=False))
    data = alt.Data(values=_plain(rows, [x, y, series]))
    base = alt.Chart(data).encode(x=_time(x), y=value, color=colour)
    if dashed:
        base = base.encode(
            strokeDash=alt.condition(
                alt.datum[series] == dashed, alt.value([5, 3]), alt.value([1, 0])
            )
        )
    point = len({row[x] for row in rows}) == 1
    layers = [base.mark_line(strokeWidth=2, point=alt.OverlayMarkDef(size=60) if point else False)]
    if targets:
        lines = [{series: name, y: float(target)} for name, target in targets.items()]
        layers.append(
            alt.Chart(alt.Data(values=lines))
            .mark_rule(strokeDash=[4, 4], opacity=0.8)
            .encode(y=value, color=colour)
        )
    return _drawn(title, alt.layer(*layers), alternative)


def outlook_chart(title: str, rows: Sequence[Row], y: str, number: str, alternative: str) -> Chart:
    """Bars over months, stacked by outlook, the healthy at the bottom."""
    import altair as alt

    names = [name for name in OUTLOOKS if any(row["outlook"] == name for row in rows)]
    numbered = [{**row, "place": names.index(row["outlook"])} for row in rows]
    layer = (
        alt.Chart(alt.Data(values=_plain(numbered, ["month", y, "outlook", "place"])))
        .mark_bar()
        .encode(
            x=alt.X(
                "yearmonth(month):O",
                title=None,
                axis=alt.Axis(
                    format="%b %y", labelAngle=0, labelOverlap="greedy", labelSeparation=10
                ),
            ),
            y=alt.Y(f"{y}:Q", title=None, axis=alt.Axis(format=number, tickCount=5)),
            order=alt.Order("place:Q"),
            color=alt.Color(
                "outlook:N",
                title=None,
                scale=alt.Scale(domain=names, range=[STAND_INS[OUTLOOKS[name]] for name in names]),
                legend=alt.Legend(orient="top", symbolType="square"),
            ),
        )
    )
    return _drawn(title, layer, alternative)


def waterfall_chart(title: str, steps: Sequence[tuple[str, Any]], alternative: str) -> Chart:
    """A bridge: the first and the last step stand on the ground, those between float."""
    import altair as alt

    bars, level = [], 0.0
    for place, (label, value) in enumerate(steps):
        amount = float(value)
        is_total = place in (0, len(steps) - 1)
        low, high = (0.0, amount) if is_total else sorted((level, level + amount))
        level = amount if is_total else level + amount
        kind = "total" if is_total else "up" if amount >= 0 else "down"
        sign = "" if is_total or amount <= 0 else "+"
        text = (sign + short_money(value)).replace("-", "\u2212")
        bars.append({"step": label, "low": low, "high": high, "kind": kind, "text": text})
    floating = [bar for bar in bars if bar["kind"] != "total"]
    lowest = min([float(bar["low"]) for bar in floating] or [0.0])
    highest = max(float(bar["high"]) for bar in bars)
    # The bridge is what is to be seen; a cut axis says so by not beginning at nought.
    ground = max(0.0, lowest - (highest - lowest) * 0.35)
    for bar in bars:
        bar["low"] = max(float(bar["low"]), ground)
    base = alt.Chart(alt.Data(values=bars)).encode(
        x=alt.X("step:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelLimit=80)),
    )
    colours = [STAND_INS[name] for name in ("series-1", "band-green", "band-red")]
    bar_layer = base.mark_bar(size=44).encode(
        y=alt.Y(
            "low:Q",
            title=None,
            axis=alt.Axis(format="~s", tickCount=5),
            scale=alt.Scale(
                zero=False, nice=False, domain=[ground, highest + (highest - ground) * 0.1]
            ),
        ),
        y2="high:Q",
        color=alt.Color(
            "kind:N", legend=None, scale=alt.Scale(domain=["total", "up", "down"], range=colours)
        ),
    )
    text_layer = base.mark_text(dy=-7, fontSize=12, color=STAND_INS["ink"]).encode(
        y=alt.Y("high:Q"), text="text:N"
    )
    cut = "; the axis is cut" if ground else ""
    return _drawn(title + cut, alt.layer(bar_layer, text_layer), alternative)


def range_chart(
    title: str,
    rows: Sequence[Row],
    x: str,
    number: str,
    alternative: str,
    names: Mapping[str, str],
) -> Chart:
    """For each `x`: a bar (`actual`), a point (`value`) and its range (`low` to `high`).

    `names` says what bar and point are, for the legend; a row may lack either.
    """
    import altair as alt

    keys = ["actual", "value", "low", "high"]
    filled = [{**dict.fromkeys(keys), **row} for row in rows]
    domain = [names[key] for key in ("actual", "value") if key in names]
    colours = [SERIES[0], STAND_INS["ink"]][-len(domain) :]
    scale = alt.Scale(domain=domain, range=colours)
    legend = alt.Legend(orient="top", symbolType="square")
    base = alt.Chart(alt.Data(values=_plain(filled, [x, *keys]))).encode(
        x=alt.X(f"{x}:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    )
    axis = alt.Axis(format=number, tickCount=5)
    height = alt.Scale(zero="actual" in names)
    layers = []
    if "actual" in names:
        layers.append(
            base.transform_calculate(kind=f"'{names['actual']}'")
            .mark_bar(opacity=0.75)
            .encode(
                y=alt.Y("actual:Q", title=None, axis=axis),
                color=alt.Color("kind:N", title=None, scale=scale, legend=legend),
            )
        )
    layers.append(
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=2, color=STAND_INS["ink"])
        .encode(y=alt.Y("low:Q", title=None, axis=axis, scale=height), y2="high:Q")
    )
    layers.append(
        base.transform_calculate(kind=f"'{names['value']}'")
        .transform_filter("isValid(datum.value)")
        .mark_point(filled=True, size=55)
        .encode(
            y=alt.Y("value:Q", title=None, axis=axis, scale=height),
            color=alt.Color("kind:N", title=None, scale=scale, legend=legend),
        )
    )
    return _drawn(title, alt.layer(*layers), alternative)


def triangle_chart(
    title: str, rows: Sequence[Row], x: str, y: str, value: str, alternative: str
) -> Chart:
    """A cell for each cohort and age; the darker, the more is left."""
    import altair as alt

    layer = (
        alt.Chart(alt.Data(values=_plain(rows, [x, y, value])))
        .mark_rect(color=SERIES[0], stroke=STAND_INS["line"], strokeWidth=0.5)
        .encode(
            x=alt.X(f"{x}:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y(f"{y}:N", title=None, sort=None, axis=alt.Axis(labelOverlap=True)),
            opacity=alt.Opacity(
                f"{value}:Q",
                title=None,
                scale=alt.Scale(domain=[0.3, 1.3], range=[0.05, 1], clamp=True),
                legend=None,
            ),
        )
    )
    return _drawn(title, layer, alternative)


def bar_chart(
    title: str,
    rows: Sequence[Row],
    label: str,
    value: str,
    number: str,
    alternative: str,
    tones: Mapping[str, str] | None = None,
    tone: str = "",
    mark: float | None = None,
) -> Chart:
    """A bar lying for each row, in their order; `tone` names the key that `tones` colours by,
    `mark` draws a line across at a value such as a target."""
    import altair as alt

    shown = rows[:24]
    keys = [label, value, *([tone] if tone else [])]
    base = alt.Chart(alt.Data(values=_plain(shown, keys)))
    colour: Any = alt.value(SERIES[0])
    if tone and tones:
        known = [name for name in tones if any(row[tone] == name for row in shown)]
        colour = alt.Color(
            f"{tone}:N",
            title=None,
            scale=alt.Scale(domain=known, range=[STAND_INS[tones[name]] for name in known]),
            legend=alt.Legend(orient="top", symbolType="square"),
        )
    layers = [
        base.mark_bar().encode(
            y=alt.Y(f"{label}:N", title=None, sort=None, axis=alt.Axis(labelLimit=190)),
            x=alt.X(f"{value}:Q", title=None, axis=alt.Axis(format=number, tickCount=6)),
            color=colour,
        )
    ]
    if mark is not None:
        layers.append(
            alt.Chart(alt.Data(values=[{"at": mark}]))
            .mark_rule(strokeDash=[4, 4], color=STAND_INS["ink"])
            .encode(x="at:Q")
        )
    # The font that the reader's system has may be wider than the one that was measured here.
    room = alt.layer(*layers).properties(padding={"left": 18, "right": 8, "top": 5, "bottom": 5})
    return _drawn(title, room, alternative)


def _colours(names: Sequence[str]) -> list[str]:
    return [
        STAND_INS[OUTLOOKS[name]] if name in OUTLOOKS else SERIES[place % len(SERIES)]
        for place, name in enumerate(names)
    ]
