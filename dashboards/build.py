"""Makes the site: reads the published marts, renders every page aside, then swaps it in."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from dashboards.marts import Marts, published_marts
from dashboards.page import Page
from dashboards.reports import FOLDER, show_reports
from dashboards.reuse import SiteBefore, write_record
from dashboards.writing import PageWriter

PACKAGE = Path(__file__).resolve().parent
KEPT = 2
"""Sites that are kept: the current one, and the one before for a reader who is in it."""


@dataclass(frozen=True)
class SiteBuild:
    """What a build did. `is_new` is False when these very pages were there already; `rendered` are
    the pages whose content changed, the others have that of the site before."""

    folder: Path
    version: str
    is_new: bool
    pages: int
    rendered: int
    total_bytes: int
    seconds: float

    @property
    def said(self) -> str:
        """Pages and size, and of a new site how many pages were rendered."""
        rendered = f", {self.rendered} of them rendered" if self.is_new else ""
        return f"{self.pages} pages{rendered}, {self.total_bytes / 1e6:.1f} MB"


def build_site(
    published: Path, site: Path, force: bool = False, project: Path | None = None
) -> SiteBuild:
    """Make the site of the version that `published` shows, under the link `site`.

    `project` is dbt's target folder; with it the dictionary names the raw columns of each metric.

    The pages are made in a folder aside, and one rename shows them; a failure leaves the site as
    it was. Only pages whose content changed are rendered, with `force` all of them. Raises
    NothingPublishedError before the first publication. Never writes to `published`.
    """
    started = time.monotonic()
    with published_marts(published) as marts:
        aside = site.with_name("sites")
        code, rendered = _code_hash(), 0
        folder = aside / f"{marts.version}_{code}"
        is_new = force or not (folder / "index.html").is_file()
        if is_new:
            partial = aside / f".{folder.name}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            try:
                before = SiteBefore(site.resolve() if site.is_symlink() and not force else None)
                rendered = write_pages(
                    marts, partial, site.with_name(FOLDER), project, before, code
                )
                shutil.rmtree(folder, ignore_errors=True)
                partial.rename(folder)
            except BaseException:
                shutil.rmtree(partial, ignore_errors=True)
                raise
        _show(site, folder)
        files = [file for file in folder.rglob("*") if file.is_file()]
        return SiteBuild(
            folder=site,
            version=marts.version,
            is_new=is_new,
            pages=sum(file.suffix == ".html" for file in files),
            rendered=rendered,
            total_bytes=sum(file.stat().st_size for file in files),
            seconds=time.monotonic() - started,
        )


def write_pages(
    marts: Marts,
    folder: Path,
    reports: Path,
    project: Path | None = None,
    before: SiteBefore | None = None,
    code: str = "",
) -> int:
    """Write every page, table, download and kept report of the site into an empty folder.

    Pages whose content is that of the site `before` are not rendered; gives how many were.
    """
    from dashboards.downloads import write_fix_lists, write_lineage
    from dashboards.pages.books import overviews_and_portions
    from dashboards.pages.dictionary import dictionary_page
    from dashboards.pages.executive import executive_page
    from dashboards.pages.quality import quality_page
    from dashboards.pages.themes import theme_pages
    from dashboards.processes import write_portions
    from orchestration.dictionary.lineage import metric_lineage

    before = before or SiteBefore()
    writer = PageWriter(marts, folder, before, code)
    pages: list[Page] = [executive_page(marts), *theme_pages(marts), quality_page(marts)]
    overviews, portions = overviews_and_portions(marts)
    for page in chain(pages, overviews):
        writer.write(page)
    for written in write_portions(marts, portions, folder, before, code):
        writer.add(written)
    # Last, because it says which pages show a metric.
    lineage = metric_lineage(project) if project else {}
    writer.write(dictionary_page(marts, writer.renderer.used_by(), lineage))
    write_record(folder, writer.made)
    write_lineage(lineage, folder / "downloads")
    write_fix_lists(marts, folder / "downloads")
    show_reports(reports, folder)
    for name in ("site.css", "site.js"):
        shutil.copyfile(PACKAGE / "static" / name, folder / name)
    return writer.rendered


def _show(site: Path, folder: Path) -> None:
    """Point the link `site` at a folder in one step, then forget all but the newest sites."""
    target = Path("sites") / folder.name
    if not (site.is_symlink() and site.readlink() == target):
        if site.is_dir() and not site.is_symlink():
            raise RuntimeError(f"{site} is a folder of its own; move it away and build again")
        link = site.with_name(f".{site.name}.next")
        link.unlink(missing_ok=True)
        link.symlink_to(target, target_is_directory=True)
        link.replace(site)
    os.utime(folder)
    _forget(folder.parent, folder.name)


def _forget(aside: Path, current: str) -> None:
    old: Sequence[Path] = sorted(
        (path for path in aside.iterdir() if path.name != current),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    complete = [path for path in old if not path.name.startswith(".")]
    for path in [*complete[KEPT - 1 :], *(path for path in old if path.name.startswith("."))]:
        shutil.rmtree(path, ignore_errors=True)


def _code_hash() -> str:
    """Changes with any template, style or line of the package."""
    mark = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*")):
        if file.is_file() and re.search(r"\.(py|html|css|js)$", file.name):
            mark.update(file.relative_to(PACKAGE).as_posix().encode())
            mark.update(file.read_bytes())
    return mark.hexdigest()[:8]
