"""`csops publish`: the published marts on a PostgreSQL server."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from orchestration.commands.options import FAILED, Home, plain_errors, settings_from, stop


def publish(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="URL",
            help="postgresql://user@host:5432/database. Keep the password out of it: libpq's "
            "PGPASSWORD, ~/.pgpass and PGSERVICE work. Default: $CSOPS_POSTGRES.",
            show_default=False,
        ),
    ] = "",
    schema: Annotated[
        str, typer.Option("--schema", help="The schema that readers use; it is csops's own.")
    ] = "marts",
    reader: Annotated[
        str, typer.Option("--reader", help="The role that may read it; made if it isn't there.")
    ] = "csops_reader",
    again: Annotated[
        bool, typer.Option("--again", help="Copy it even if the server has this version.")
    ] = False,
    home: Home = None,
) -> None:
    """Copy the current published version to PostgreSQL, with types, keys and comments.

    Readers see the version before until all of the new one is there, then the new one, by one
    switch. A publication that is interrupted leaves them what they had.
    """
    from orchestration.serving.postgres import ServingError, serve

    server = to or os.environ.get("CSOPS_POSTGRES", "")
    if not server:
        stop("say where: --to postgresql://user@host/database, or CSOPS_POSTGRES", 2)
    with plain_errors():
        settings = settings_from(home)
        try:
            served = serve(
                settings, server, schema, reader, again,
                lambda mart, rows: typer.echo(f"✓ {mart:<44} {rows:>12,} rows"),
            )  # fmt: skip
        except ServingError as error:
            stop(str(error), FAILED)
    if not served.is_new:
        typer.echo(f"The server has {served.version} already; --again copies it once more.")
        return
    typer.echo(
        f"Schema {schema} is now {served.version}: {served.marts} marts, {served.rows:,} rows, "
        f"{served.seconds:.1f} s. Grant {reader} to whoever reads."
    )
