"""`csops ui`: Dagster's own pages on this machine, with the schedules' daemon beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import AsOf, Home, SourcesFile, plain_errors, settings_from
from orchestration.settings import PROJECT, Settings

WORKSPACE = """load_from:
- python_module: {module_name: orchestration.definitions, location_name: orchestration}
"""


def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
    sources: SourcesFile = None,
    as_of: AsOf = None,
    home: Home = None,
) -> None:
    """Open the Dagster UI: every asset, check, schedule, owner and past run of this home.

    It listens on 127.0.0.1 only and calls nobody. Ctrl-C ends it. Runs started there are the same
    job `main` as `csops run`, and wait for one another.
    """
    with plain_errors():
        settings = settings_from(home, sources, as_of)
        workspace = _prepare(settings)
        typer.echo(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it)")
        _serve(port, workspace)


def _prepare(settings: Settings) -> Path:
    """Set the environment, parse dbt, end dead runs; gives the servers' workspace file."""
    from orchestration.instance import dagster_instance
    from orchestration.project import dbt_manifest
    from orchestration.recovery import end_dead_runs

    export(settings)
    dbt_manifest(settings)
    with dagster_instance(settings) as instance:
        end_dead_runs(instance, settings.dagster_home)
    workspace = settings.dagster_home / "workspace.yaml"
    workspace.write_text(WORKSPACE, encoding="utf-8")
    return workspace


def export(settings: Settings) -> None:
    """Let every process started from here work on this home, these sources and this day."""
    os.environ["CSOPS_HOME"] = str(settings.home)
    os.environ["CSOPS_SOURCES"] = str(settings.sources_file)
    os.environ["CSOPS_AS_OF"] = settings.as_of.isoformat()


def _serve(port: int, workspace: Path) -> None:
    scripts = Path(sys.executable).parent
    module = ["-w", str(workspace)]
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    commands = [
        [str(scripts / "dagster-webserver"), *module, "-h", "127.0.0.1", "-p", str(port)],
        [str(scripts / "dagster-daemon"), "run", *module],
    ]
    servers = [subprocess.Popen(command, cwd=PROJECT) for command in commands]
    try:
        while all(server.poll() is None for server in servers):
            time.sleep(0.5)
    except KeyboardInterrupt:
        typer.echo("Closing.")
    finally:
        for server in servers:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
        for server in servers:
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
