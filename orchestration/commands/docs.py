"""`csops docs`: dbt's own documentation of the last build, as one file."""

from __future__ import annotations

import typer

from orchestration import lock
from orchestration.commands.options import (
    FAILED,
    Home,
    SourcesFile,
    Wait,
    plain_errors,
    settings_from,
    stop,
)


def docs(
    home: Home = None, sources: SourcesFile = None, wait: Wait = lock.DEFAULT_WAIT_SECONDS
) -> None:
    """Make dbt's documentation of the last build: <home>/docs/index.html.

    Models with their columns, tests and SQL, and the lineage from source to page and dashboard. One
    file that opens from the file system and asks for nothing outside.
    """
    with plain_errors():
        from orchestration.dbt_docs import NothingBuiltError, make_docs
        from orchestration.project import load_project

        settings = settings_from(home, sources)
        with lock.exclusive(settings.lock_file, wait):
            try:
                made = make_docs(settings, load_project(settings).variables)
            except NothingBuiltError as error:
                stop(str(error), FAILED)
        typer.echo(f"docs       {made} ({made.stat().st_size / 1e6:.1f} MB)")
