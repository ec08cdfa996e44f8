"""dbt's documentation site of a home's last build, as one file that needs no server."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from orchestration.dbt import document
from orchestration.dbt_variables import DbtVariables
from orchestration.settings import Settings

PAGE = "static_index.html"


class NothingBuiltError(RuntimeError):
    """The home has no build to document."""


def make_docs(settings: Settings, variables: DbtVariables) -> Path:
    """Write `<home>/docs/index.html` and give its path; the one before stays until this is whole.

    Raises NothingBuiltError before the first run, and DbtError when dbt fails.
    """
    if not settings.warehouse.is_file():
        raise NothingBuiltError(
            f"nothing is built in {settings.home} yet; run `csops run` (or `make run`) first"
        )
    page = settings.home / "docs" / "index.html"
    page.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix=".docs_", dir=settings.home) as aside:
        document(settings, variables, Path(aside))
        (Path(aside) / PAGE).replace(page)
    return page
