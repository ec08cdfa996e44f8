"""Pages of the site before that are shown again: those whose content is the very same.

The content of a page is its `<main>`; what stands around it (the day, the verdict, the version) is
written anew for every page, so that each says how old it is without a script or a second file.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from dashboards.page import Page
from dashboards.tables import Column

RECORD = ".pages.json.gz"
"""In a site's folder: for each page what it was made of. Holds digests and names of files."""
START, END = '<main id="content"', "</main>"


@dataclass(frozen=True)
class Made:
    """A page as it was made: digests of what its template got, of its `<main>`, and of the facts
    that it was put together from (blank where these aren't known before)."""

    key: str
    body: str
    facts: str
    metrics: Sequence[str]
    files: Sequence[str]


def digest(*values: object) -> str:
    """Changes when the text of any value does."""
    mark = blake2b(digest_size=12)
    for value in values:
        mark.update(repr(value).encode("utf-8", "surrogatepass"))
    return mark.hexdigest()


def page_key(page: Page, *others: str) -> str:
    """Changes with anything that the page's template gets; `others` is what pages share."""
    names = ("file", "title", "question", "template", "root", "family", "content")
    tables = [
        [_columns(tuple(table.columns)), _columns(tuple(table.file_only))]
        + [getattr(table, name) for name in _TOLD]
        for table in page.tables
    ]
    return digest(others, *(getattr(page, name) for name in names), tables)


def split(html: str) -> tuple[str, str, str] | None:
    """What stands before the page's `<main>`, that itself, and what stands behind."""
    start, end = html.find(START), html.rfind(END)
    if start < 0 or end < start:
        return None
    end += len(END)
    return html[:start], html[start:end], html[end:]


class SiteBefore:
    """The site that is shown now; without one, or one without a record, nothing is reused."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read the record of the site in `folder`."""
        self._folder = folder
        self._made = _record(folder) if folder else {}

    def of(self, files: Iterable[str]) -> SiteBefore:
        """The same site, of which only these pages are known: little to give to a process."""
        some = SiteBefore()
        some._folder = self._folder
        some._made = {file: self._made[file] for file in files if file in self._made}
        return some

    def same_facts(self, file: str, facts: str) -> tuple[str, Made] | None:
        """The `<main>` of the page, if it was put together from these facts."""
        made = self._made.get(file)
        return self._whole(file, made) if made and facts and made.facts == facts else None

    def same_page(self, file: str, key: str) -> tuple[str, Made] | None:
        """The `<main>` of the page, if its template got what has this key."""
        made = self._made.get(file)
        return self._whole(file, made) if made and made.key == key else None

    def _whole(self, page: str, made: Made) -> tuple[str, Made] | None:
        """The `<main>`, if it stands there as it was written, and so do its files."""
        assert self._folder is not None  # noqa: S101 - a record is of a folder
        try:
            parts = split((self._folder / page).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not parts or body_digest(parts[1]) != made.body:
            return None
        if not all((self._folder / file).is_file() for file in made.files):
            return None
        return parts[1], made

    def share(self, file: str, folder: Path) -> None:
        """Show a file of it in another folder too; by a link where the disk can."""
        assert self._folder is not None  # noqa: S101 - only what `body` gave is shared
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(self._folder / file, target)
        except OSError:
            shutil.copyfile(self._folder / file, target)


def write_record(folder: Path, made: dict[str, Made]) -> None:
    """Keep what the pages of a folder were made of, for the site after it."""
    kinds: dict[tuple[str, ...], int] = {}
    pages = {
        file: [
            one.key,
            one.body,
            one.facts,
            kinds.setdefault(tuple(one.metrics), len(kinds)),
            *one.files,
        ]
        for file, one in sorted(made.items())
    }
    text = json.dumps({"metrics": list(kinds), "pages": pages}, separators=(",", ":"))
    (folder / RECORD).write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))


def body_digest(body: str) -> str:
    """A short digest of a page's `<main>`."""
    return blake2b(body.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _record(folder: Path) -> dict[str, Made]:
    try:
        found = json.loads(gzip.decompress((folder / RECORD).read_bytes()))
        return {
            file: Made(key, body, facts, found["metrics"][kind], files)
            for file, (key, body, facts, kind, *files) in found["pages"].items()
        }
    except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError, zlib.error):
        return {}


_TOLD = ("name", "caption", "rows", "empty", "limit", "folder", "root", "file_when_cut")


@cache
def _columns(columns: tuple[Column, ...]) -> str:
    return digest(columns)
