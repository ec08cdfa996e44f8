"""`csops site`: the static pages of what is published, made again without a run."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration import lock
from orchestration.commands.options import FAILED, Home, Wait, plain_errors, settings_from, stop


def site(
    home: Home = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make it again even where nothing has changed.")
    ] = False,
    wait: Wait = lock.DEFAULT_WAIT_SECONDS,
) -> None:
    """Make the static site of the published version: <home>/site/index.html.

    Every run does this at its end. The site opens from the file system, asks for nothing outside,
    and can be copied to any web server as it is.
    """
    with plain_errors():
        from dashboards.build import build_site
        from dashboards.marts import NothingPublishedError

        settings = settings_from(home)
        with lock.exclusive(settings.lock_file, wait):
            try:
                made = build_site(
                    settings.published, settings.site, force, project=settings.dbt_target
                )
            except NothingPublishedError as error:
                stop(str(error), FAILED)
        state = "made" if made.is_new else "unchanged"
        typer.echo(f"site       {state}: {made.said}")
        typer.echo(f"           {made.folder / 'index.html'}")
