"""dbt inside this process; a build tells of each node as soon as it has finished."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.dbt_manifest import manifest
from orchestration.dbt_variables import DbtVariables
from orchestration.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

log = logging.getLogger("csops.dbt")
GOOD = frozenset({"success", "pass"})
BORNE = GOOD | {"warn", "no-op"}
_SHOWN_ROWS = 3
_QUIET = ("--quiet", "--no-use-colors", "--log-level", "none", "--log-level-file", "none")


class DbtError(RuntimeError):
    """dbt could not parse, or nodes failed; the message names the nodes and their errors."""


@dataclass(frozen=True)
class NodeResult:
    """A finished model, seed, snapshot or test; `seconds` is wall time, `failures` counts rows."""

    unique_id: str
    status: str
    message: str
    seconds: float
    failures: int | None

    @property
    def is_test(self) -> bool:
        """Whether the node is a test, not a table."""
        return self.unique_id.startswith(("test.", "unit_test."))


def parse(settings: Settings, variables: DbtVariables) -> Manifest:
    """Parse the project for these vars, whatever the day; only changed files are read again.

    Raises DbtError that says which file dbt can't parse. `dbt_manifest` keeps what this gives.
    """
    from dbt.cli.main import dbtRunner

    _prepare_environment(settings)
    text = variables.checked(settings.project).for_parsing().as_json()
    result = dbtRunner(callbacks=[_log_event]).invoke(
        [*_QUIET, "parse", *_places(settings), "--vars", text]
    )
    if not result.success:
        if result.exception is not None and not isinstance(result.exception, Exception):
            raise result.exception  # dbt made a failed result of Ctrl-C
        reason = str(result.exception or "see the log").strip()
        raise DbtError(f"the dbt project can't be parsed: {reason}")
    return result.result


def run_dbt(
    settings: Settings, variables: DbtVariables, arguments: Sequence[str]
) -> Iterator[NodeResult]:
    """Run one dbt command and give each node as soon as it has finished.

    `arguments` starts with the command, for example `["build", "--selector", "conform"]`. dbt runs
    in a thread of its own. Raises DbtError after the last node when dbt did not succeed.
    """
    parsed = manifest(settings, variables)
    text = variables.checked(settings.project).as_json()
    command = [*_QUIET, "--no-write-json", *arguments, *_places(settings), "--vars", text]
    finished: queue.Queue[NodeResult | None] = queue.Queue()
    outcome: list[Any] = []

    def on_event(event: Any) -> None:
        _log_event(event)
        if event.info.name == "NodeFinished":
            finished.put(_node_result(event.data))

    def work() -> None:
        from dbt.cli.main import dbtRunner

        try:
            outcome.append(dbtRunner(manifest=parsed, callbacks=[on_event]).invoke(command))
        finally:
            finished.put(None)

    _prepare_environment(settings)
    log.info("dbt %s", " ".join(arguments))
    failed: list[NodeResult] = []
    thread = threading.Thread(target=work, name="dbt", daemon=True)
    thread.start()
    while (node := finished.get()) is not None:
        if node.status not in BORNE:
            failed.append(node)
        yield node
    thread.join()
    _release_warehouse()
    failed = [_with_rows(node, parsed, settings) for node in failed]
    if not outcome or not outcome[0].success:
        raise DbtError(_reason(failed, outcome[0].exception if outcome else None))


def document(settings: Settings, variables: DbtVariables, folder: Path) -> None:
    """Write dbt's documentation of what the warehouse holds into `folder`, as one page too.

    Raises DbtError when dbt fails.
    """
    from dbt.cli.main import dbtRunner

    parsed = manifest(settings, variables)
    _prepare_environment(settings)
    text = variables.checked(settings.project).as_json()
    command = [*_QUIET, "docs", "generate", "--static", *_places(settings, folder), "--vars", text]
    result = dbtRunner(manifest=parsed, callbacks=[_log_event]).invoke(command)
    _release_warehouse()
    if not result.success:
        raise DbtError(_reason([], result.exception))


def _prepare_environment(settings: Settings) -> None:
    """What dbt and its profile read from the environment; dbt reaches nobody outside."""
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    os.environ["CSOPS_WAREHOUSE"] = str(settings.warehouse)
    os.environ["DO_NOT_TRACK"] = "1"


def _places(settings: Settings, target: Path | None = None) -> list[str]:
    project = settings.project / "dbt_project"
    return [
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(target or settings.dbt_target)),
        *("--log-path", str(settings.dbt_target)),
    ]


def _node_result(data: Any) -> NodeResult:
    result = data.run_result
    return NodeResult(
        unique_id=data.node_info.unique_id,
        status=data.node_info.node_status.lower(),
        message=result.message,
        seconds=result.execution_time,
        failures=result.num_failures or None,
    )


def _with_rows(node: NodeResult, parsed: Manifest, settings: Settings) -> NodeResult:
    """A failed test with the first rows that it found, which say what is wrong."""
    import duckdb

    query = getattr(parsed.nodes.get(node.unique_id), "compiled_code", None)
    if not node.is_test or not query:
        return node
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            found = connection.execute(f"select * from ({query}\n) limit {_SHOWN_ROWS}")
            names = [column[0] for column in found.description or []]
            rows = [
                ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
                for row in found.fetchall()
            ]
    except duckdb.Error:
        return node
    return replace(node, message=f"{node.message.rstrip('.')}: {'; '.join(rows)}")


def _log_event(event: Any) -> None:
    level = {"info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}
    if event.info.level in level and event.info.msg.strip():
        log.log(level[event.info.level], "%s", event.info.msg.strip())


def _release_warehouse() -> None:
    """Close dbt's connection, which it would keep open, so that others can open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _reason(failed: Sequence[NodeResult], exception: BaseException | None) -> str:
    causes = [node for node in failed if node.status != "skipped"]
    if not causes:
        return f"dbt failed: {str(exception or 'it gave no reason').strip()}"
    lines = [
        f"{node.unique_id.split('.', 2)[-1]}: {' '.join(node.message.split()) or node.status}"
        for node in causes[:5]
    ]
    more = f"; and {len(causes) - 5} more" if len(causes) > 5 else ""
    skipped = len(failed) - len(causes)
    tail = f" ({skipped} more were skipped because of that)" if skipped else ""
    return f"dbt: {'; '.join(lines)}{more}{tail}"
