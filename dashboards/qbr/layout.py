"""What a page of the pack is made of."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Chart:
    """A picture with the words that stand for it where it can't be seen."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Table:
    """Rows under headers; `more` says how many aren't shown."""

    headers: list[str]
    rows: list[list[str]]
    more: str = ""


@dataclass(frozen=True)
class Section:
    """One part of the page; `facts` are label and value, `note` a sentence."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    chart: Chart | None = None
    table: Table | None = None
    note: str = ""


@dataclass(frozen=True)
class Page:
    """The whole page."""

    name: str
    subtitle: str
    kind: str
    day: str
    headline: list[tuple[str, str, str]]
    left: list[Section]
    right: list[Section]
    source: str

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the PDF's template."""
        return asdict(self)
