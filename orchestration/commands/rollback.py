"""`csops rollback`: readers get an earlier version again."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration import lock
from orchestration.commands.options import Home, Wait, plain_errors, settings_from


def rollback(
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="VERSION", help="The version to go back to."),
    ] = None,
    show: Annotated[
        bool, typer.Option("--list", help="Show the versions that are kept and change nothing.")
    ] = False,
    home: Home = None,
    wait: Wait = lock.DEFAULT_WAIT_SECONDS,
) -> None:
    """Point readers to an earlier published version; without --to, the one before the current.

    The version is opened and counted first. Nothing is deleted, and the next `csops run` goes
    forward again.
    """
    from orchestration.publication.rollback import roll_back
    from orchestration.publication.versions import current_version, read_manifest, versions

    with plain_errors():
        settings = settings_from(home)
        published = settings.published
        if show:
            current = current_version(published)
            for version in versions(published):
                manifest = read_manifest(published, version)
                mark = "*" if version == current else " "
                typer.echo(
                    f"{mark} {version}  as of {manifest.as_of_date}  "
                    f"published {manifest.published_at[:19]}Z  {len(manifest.tables)} marts"
                )
            return
        with lock.exclusive(
            settings.lock_file, wait, lambda who: typer.echo(f"Waiting for another run: {who}")
        ):
            version = roll_back(published, to)
        typer.echo(f"Readers now get {version} through {published / 'current.duckdb'}")
