"""Turns pages into HTML: one template for all, everything escaped, every metric a link."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from dashboards import formats
from dashboards.marts import Marts
from dashboards.page import Draft, Page
from dashboards.reuse import split
from dashboards.safety import without_email
from dashboards.table_rows import escaped, table_rows
from dashboards.tables import Column
from dashboards.verdict import Verdict, verdict_of

INDENT = re.compile(r"\n\s+")
"""White space that no reader sees; an account's page is a quarter smaller without."""
TEMPLATES = Path(__file__).resolve().parent / "templates"
NAVIGATION = (
    ("index.html", "Executive"),
    ("csms.html", "CSMs"),
    ("accounts.html", "Accounts"),
    ("renewals.html", "Renewals"),
    ("retention.html", "Retention"),
    ("health.html", "Health"),
    ("capacity.html", "Capacity"),
    ("scorecard.html", "CS Ops"),
    ("quality.html", "Data quality"),
    ("metrics.html", "Metrics dictionary"),
)


PLACES = {file: place for place, (file, _) in enumerate(NAVIGATION)}
BASE = "base.html"
TITLE = "\N{SYMBOL FOR NULL}the title of the page\N{SYMBOL FOR NULL}"


class Renderer:
    """Renders the pages of one version and remembers which of them shows which metric."""

    def __init__(self, marts: Marts) -> None:
        """Says the verdict on each page as it stands in `marts`."""
        self._verdict = verdict_of(marts)
        self._version = marts.version
        self.used: dict[str, dict[str, str]] = {}
        self._page: Page | None = None
        self._shown: dict[str, None] = {}
        self._frames: dict[tuple[str, tuple[str, str]], tuple[str, str, str]] = {}
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html"], default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["shown"] = formats.shown
        self._environment.filters["words"] = formats.words
        self._environment.globals["metric"] = self._metric
        self._environment.globals["headings"] = self._headings
        self._environment.globals["table_rows"] = table_rows

    @property
    def verdict(self) -> Verdict:
        """What is said on top of every page."""
        return self._verdict

    def html(self, page: Page) -> str:
        """The page as a complete HTML document without any e-mail address."""
        self._page, self._shown = page, {}
        tables = {table.name: table for table in page.tables}
        text = self._text(page.template, page, {"tables": tables, **page.content})
        self.remember(page, self._shown)
        return text

    def around(self, page: Page | Draft, body: str) -> str:
        """The page with a `<main>` that was rendered before: only what stands around it is new."""
        own = page.family or (page.file, page.title)
        if (page.root, own) not in self._frames:
            frame = Page(page.file, TITLE, "", BASE, root=page.root, family=page.family)
            parts = split(self._text(BASE, frame, {}))
            assert parts is not None  # noqa: S101 - the template has a main
            self._frames[page.root, own] = parts
        before, _, after = self._frames[page.root, own]
        title = without_email(INDENT.sub("\n", escaped(page.title)))
        return before.replace(TITLE, title) + body + after

    def shown(self) -> Sequence[str]:
        """The metrics on the page that was rendered last."""
        return tuple(self._shown)

    def remember(self, page: Page | Draft, metrics: Iterable[str]) -> None:
        """The page shows these metrics."""
        file, title = page.family or (page.file, page.title)
        for name in metrics:
            self.used.setdefault(name, {})[file] = title

    def add_used(self, used: Mapping[str, Mapping[str, str]]) -> None:
        """Pages that another renderer remembers: for each metric the titles by file."""
        for name, pages in used.items():
            self.used.setdefault(name, {}).update(pages)

    def used_by(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """For each metric shown so far, the pages that show it: file and title."""
        return {
            name: tuple(sorted(pages.items(), key=lambda page: PLACES.get(page[0], len(PLACES))))
            for name, pages in self.used.items()
        }

    def _text(self, template: str, page: Page, content: Mapping[str, Any]) -> str:
        text = self._environment.get_template(template).render(
            page=page,
            **content,
            verdict=self._verdict,
            version=self._version,
            navigation=NAVIGATION,
        )
        return without_email(INDENT.sub("\n", text))

    def _metric(self, name: str, value: Any, kind: str = "text") -> Markup:
        """A value as a link to its definition; without a name, the value alone."""
        text = escape(formats.shown(value, kind))
        raw = escape("" if value is None else str(value))
        if not name:
            return Markup('<span data-value="{}">{}</span>').format(raw, text)
        self._remember(name)
        return Markup(
            '<a class="metric" href="{3}metrics.html#{0}" data-metric="{0}" '
            'data-value="{1}">{2}</a>'
        ).format(name, raw, text, self._root())

    def _headings(self, columns: Sequence[Column]) -> Markup:
        """The cells of a table's head; one of a metric is a link to its definition."""
        cells = []
        for column in columns:
            text = escaped(column.label)
            if column.metric:
                self._remember(column.metric)
                way = f"{self._root()}metrics.html#{escape(column.metric)}"
                text = f'<a class="metric" href="{way}">{text}</a>'
            number = ' class="number"' if column.is_number else ""
            cells.append(f'<th scope="col"{number}>{text}</th>\n')
        return Markup("".join(cells))  # noqa: S704 - each part is escaped above

    def _root(self) -> str:
        return self._page.root if self._page else ""

    def _remember(self, name: str) -> None:
        self._shown[name] = None
