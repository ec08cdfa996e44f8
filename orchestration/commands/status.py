"""`csops status`: what readers get now, how far the last build came, who is at work."""

from __future__ import annotations

import typer

from orchestration import lock
from orchestration.commands.options import Home, plain_errors, settings_from
from orchestration.settings import Settings


def status(home: Home = None) -> None:
    """Show the published version, the state of the last build and whether a run is under way."""
    with plain_errors():
        settings = settings_from(home)
        _published(settings)
        if lock.is_held(settings.lock_file):
            typer.echo("build      a run is under way")
        else:
            _build(settings)
        logs = sorted((settings.home / "logs").glob("*.log"))
        if logs:
            typer.echo(f"last log   {logs[-1]}")


def _published(settings: Settings) -> None:
    from orchestration.publication.versions import current_version, read_manifest, versions

    current = current_version(settings.published)
    if current is None:
        typer.echo(f"published  nothing in {settings.published} yet; run `csops run`")
        return
    manifest = read_manifest(settings.published, current)
    typer.echo(f"published  {current}")
    typer.echo(f"           as of {manifest.as_of_date}, {len(manifest.tables)} marts,")
    typer.echo(f"           {settings.published / 'current.duckdb'}")
    typer.echo(f"versions   {len(versions(settings.published))} kept (csops rollback --list)")


def _build(settings: Settings) -> None:
    import duckdb

    from orchestration.publication.build_state import current_build

    if not settings.warehouse.exists():
        typer.echo("build      none yet")
        return
    with lock.exclusive(settings.lock_file, 0):
        connection = duckdb.connect(str(settings.warehouse))
        state = current_build(connection)
        connection.close()
    if state is None:
        typer.echo("build      none yet")
        return
    steps = {
        "conformed": state.conformed_at is not None,
        "gate passed": bool(state.gate_passed),
        "marts built": state.built_at is not None,
        "audit passed": bool(state.audit_passed),
    }
    done = ", ".join(name for name, reached in steps.items() if reached) or "begun"
    typer.echo(f"build      {state.build_id[:8]} for {state.as_of_date}: {done}")
