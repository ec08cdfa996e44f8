"""`csops ui`: Dagster's own pages on this machine, with the schedules' daemon beside them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
import yaml

from orchestration.commands.options import AsOf, Home, SourcesFile, plain_errors, settings_from
from orchestration.settings import PROJECT, Settings

MODULE = "orchestration.definitions"
LOCATION = "orchestration"


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
        _prepare(settings)
        typer.echo(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it)")
        # A path short enough for a socket, which only this user can open.
        with tempfile.TemporaryDirectory(prefix="csops_ui_") as folder:
            _serve(port, settings.dagster_home / "workspace.yaml", Path(folder) / "code")


def _prepare(settings: Settings) -> None:
    """Set the environment, parse dbt, end dead runs."""
    from orchestration.instance import dagster_instance
    from orchestration.project import dbt_manifest
    from orchestration.recovery import end_dead_runs

    export(settings)
    dbt_manifest(settings)
    with dagster_instance(settings) as instance:
        end_dead_runs(instance, settings.dagster_home)


def export(settings: Settings) -> None:
    """Let every process started from here work on this home, these sources and this day."""
    os.environ["CSOPS_HOME"] = str(settings.home)
    os.environ["CSOPS_SOURCES"] = str(settings.sources_file)
    os.environ["CSOPS_AS_OF"] = settings.as_of.isoformat()


def _serve(port: int, workspace: Path, socket: Path) -> None:
    """Run the web server and the daemon, and the code server that both of them ask."""
    place = {"socket": str(socket), "location_name": LOCATION}
    workspace.write_text(yaml.safe_dump({"load_from": [{"grpc_server": place}]}), encoding="utf-8")
    scripts = Path(sys.executable).parent
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    asks = ["-w", str(workspace)]
    code = ["-m", MODULE, "--location-name", LOCATION, "--socket", str(socket)]
    commands = [
        [str(scripts / "dagster"), "code-server", "start", *code],
        [str(scripts / "dagster-webserver"), *asks, "-h", "127.0.0.1", "-p", str(port)],
        [str(scripts / "dagster-daemon"), "run", *asks],
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
