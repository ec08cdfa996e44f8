"""The shape of a theme page: figures on one screen, then sections of charts and their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from dashboards.charts import Chart
from dashboards.page import Page
from dashboards.tables import Table

SPARK_WIDTH, SPARK_HEIGHT = 120, 28


@dataclass(frozen=True)
class Figure:
    """A headline number. `trend` draws its last months; `status` is good, fair, poor or blank;
    `change_tone` is up (good), down (bad) or blank where neither is better."""

    label: str
    value: Any
    kind: str
    note: str = ""
    metric: str = ""
    change: Any = None
    change_kind: str = "change"
    change_tone: str = ""
    since: str = ""
    target: str = ""
    status: str = ""
    trend: Sequence[Any] = ()

    @property
    def spark(self) -> Markup:
        """The trend as a line without words; the number beside it says where it ends."""
        known = [(place, float(value)) for place, value in enumerate(self.trend)
                 if value is not None]  # fmt: skip
        if len(known) < 3:
            return Markup("")
        low, high = min(value for _, value in known), max(value for _, value in known)
        height, step = SPARK_HEIGHT - 6, (SPARK_WIDTH - 6) / (len(self.trend) - 1)
        span = high - low or 1.0
        points = [
            (3 + place * step, 3 + height * (1 - (value - low) / span if high > low else 0.5))
            for place, value in known
        ]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        x, y = points[-1]
        return Markup(
            '<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
            '<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2.5"/></svg>'
        ).format(SPARK_WIDTH, SPARK_HEIGHT, line, x, y)


@dataclass(frozen=True)
class Section:
    """A heading with charts and the tables under them. `folded` tables open on a click."""

    name: str
    title: str
    text: str = ""
    figures: Sequence[Figure] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    folded: Sequence[Table] = field(default_factory=tuple)

    def __bool__(self) -> bool:
        """Whether it has anything to show."""
        return bool(self.figures or self.charts or self.tables or self.folded)


def theme_page(
    file: str,
    title: str,
    question: str,
    figures: Sequence[Figure],
    sections: Sequence[Section],
    missing: str,
) -> Page:
    """A page of figures and sections; `missing` is said when there is nothing to show."""
    shown = [section for section in sections if section]
    return Page(
        file=file,
        title=title,
        question=question,
        template="theme.html",
        content={"figures": figures, "sections": shown, "missing": missing},
        tables=[table for section in shown for table in (*section.tables, *section.folded)],
    )


def present(*tables: Table | None) -> list[Table]:
    """The tables that a version has the marts for."""
    return [table for table in tables if table]
