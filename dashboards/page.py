"""A page of the site before it is rendered: its template, what the template gets, its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.tables import Table


@dataclass(frozen=True)
class Page:
    """One HTML file. `file` is its name in the site; `question` what a reader comes with,
    `root` the way from its folder to the site's. One of many pages of a kind names its `family`,
    file and title, which the dictionary and the navigation know in its place."""

    file: str
    title: str
    question: str
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    root: str = ""
    family: tuple[str, str] | None = None


@dataclass(frozen=True)
class Draft:
    """A page that isn't put together yet: as long as its `facts` are those of before, it needn't.

    `facts` changes with everything that `made` reads; file, title, root and family are the page's.
    """

    file: str
    title: str
    facts: str
    made: Callable[[], Page]
    root: str = ""
    family: tuple[str, str] | None = None
