"""A page as one HTML file and as a PDF; both stand alone and ask nothing from outside."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from pathlib import Path

from dashboards.qbr.layout import Page

_TEMPLATES = Path(__file__).parent / "templates"


def html(page: Page) -> str:
    """The page as HTML with its style and pictures in it; all text is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    # Our own drawing, made of numbers and months; nothing of a source's text is in it.
    templates.filters["drawing"] = Markup
    return templates.get_template("pack.html.j2").render(page=page)


def pdf(page: Page) -> bytes:
    """The page as a tagged PDF on A4; the text is handed over as data, never as markup.

    Raises RuntimeError where it can't be set.
    """
    import typst

    midnight = datetime.combine(datetime(2000, 1, 1), time.min, UTC)
    try:
        return typst.compile(
            (_TEMPLATES / "pack.typ").read_bytes(),
            format="pdf",
            sys_inputs={"page": json.dumps(page.as_json(), ensure_ascii=False)},
            timestamp=int(midnight.timestamp()),
        )
    except typst.TypstError as error:
        raise RuntimeError(f"the PDF could not be set: {error}") from error
