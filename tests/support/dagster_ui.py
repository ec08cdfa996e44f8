"""`csops ui` of a home, as a process of its own on a free port of this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestration.settings import PROJECT
from tests.end_to_end.commands import command, environment
from tests.support.ports import free_port

LOADED = """{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError {
    __typename ... on PythonError { message } } } } } }"""
LONGEST_START = 180


@contextmanager
def dagster_ui(home: Path, sources: Path, log: Path) -> Iterator[str]:
    """The address of the UI once it has loaded the definitions; Ctrl-C ends it."""
    address = f"http://127.0.0.1:{free_port()}"
    with log.open("w", encoding="utf-8") as said:
        served = subprocess.Popen(
            [*command("ui"), "--port", address.rpartition(":")[2]],
            env=environment(home, sources),
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd=PROJECT,
            start_new_session=True,
        )
        try:
            _wait_until_loaded(address, served, log)
            yield address
        finally:
            served.send_signal(signal.SIGINT)
            try:
                served.wait(60)
            finally:
                if served.poll() is None:
                    os.killpg(served.pid, signal.SIGKILL)


def ask(address: str, query: str, **variables: object) -> dict[str, Any]:
    """The answer of Dagster's GraphQL interface."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(
        f"{address}/graphql", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["data"]


def _wait_until_loaded(address: str, served: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end and served.poll() is None:
        try:
            if "RepositoryLocation" in json.dumps(ask(address, LOADED)):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.3)
    raise AssertionError(log.read_text(encoding="utf-8"))
