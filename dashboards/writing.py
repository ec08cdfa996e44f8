"""Writes pages into a site's folder: rendered, or with the content of the site before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from dashboards.marts import Marts
from dashboards.page import Draft, Page
from dashboards.render import Renderer
from dashboards.reuse import Made, SiteBefore, body_digest, digest, page_key, split
from dashboards.safety import write_csv


@dataclass(frozen=True)
class Written:
    """What a writer in another process did: `used` is `Renderer.used`, `files` are those of tables
    by the page that has them."""

    made: Mapping[str, Made]
    rendered: int
    used: Mapping[str, Mapping[str, str]]
    files: Mapping[str, str]


class PageWriter:
    """One after the other; counts those rendered and keeps what each was made of."""

    def __init__(self, marts: Marts, folder: Path, before: SiteBefore, code: str) -> None:
        """Write into `folder`; `code` stands for templates and everything that makes pages."""
        self.renderer = Renderer(marts)
        self.rendered = 0
        self.made: dict[str, Made] = {}
        self._folder, self._before, self._code = folder, before, code
        self._pages_of: dict[str, str] = {}

    def write(self, page: Page | Draft) -> None:
        """The page and the files of its tables."""
        file = self._folder / page.file
        file.parent.mkdir(exist_ok=True)
        facts = ""
        if isinstance(page, Draft):
            facts = digest(self._code, page.facts)
            if self._is_kept(page, self._before.same_facts(page.file, facts)):
                return
            page = page.made()
        # Of many pages of a family none may show the verdict but on top, where it is always new.
        shared = "" if page.family else repr(self.renderer.verdict)
        key = page_key(page, self._code, shared)
        if not self._is_kept(page, self._before.same_page(page.file, key), facts):
            self.made[page.file] = self._rendered(page, key, facts)

    def written(self) -> Written:
        """All that this writer did, for `add` of another one."""
        return Written(self.made, self.rendered, self.renderer.used, self._pages_of)

    def add(self, other: Written) -> None:
        """Count what another writer wrote into the same folder. Raises ValueError as `write`."""
        self.made.update(other.made)
        self.rendered += other.rendered
        self.renderer.add_used(other.used)
        for file, page in other.files.items():
            self._claim(file, page)

    def _is_kept(self, page: Page | Draft, found: tuple[str, Made] | None, facts: str = "") -> bool:
        if not found:
            return False
        body, made = found
        file = self._folder / page.file
        file.write_text(self.renderer.around(page, body), encoding="utf-8")
        self.renderer.remember(page, made.metrics)
        for name in made.files:
            self._claim(name, page.file)
            self._before.share(name, self._folder)
        self.made[page.file] = replace(made, facts=facts or made.facts)
        return True

    def _claim(self, file: str, page: str) -> None:
        """Raises ValueError where another page has that file: one would hide the other."""
        owner = self._pages_of.setdefault(file, page)
        if owner != page:
            raise ValueError(f"{file} is a file of {owner} and of {page}; name one table otherwise")

    def _rendered(self, page: Page, key: str, facts: str) -> Made:
        html = self.renderer.html(page)
        (self._folder / page.file).write_text(html, encoding="utf-8")
        self.rendered += 1
        tables = [table for table in page.tables if table.has_file]
        for table in tables:
            self._claim(table.file, page.file)
            write_csv(self._folder / table.file, table.header(), table.cells())
        parts = split(html)
        body = body_digest(parts[1]) if parts else ""
        return Made(key, body, facts, self.renderer.shown(), [table.file for table in tables])
