"""The job `main`, executed in this process: the one way that `csops run` does its work."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration import recovery
from orchestration.instance import dagster_instance
from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

log = logging.getLogger("csops")


@dataclass(frozen=True)
class Outcome:
    """How a run of the job ended; `failures` has the step and what it said, in order."""

    run_id: str
    success: bool
    failures: tuple[tuple[str, str], ...]


def execute(settings: Settings, full_refresh: bool = False, wait_seconds: float = 0) -> Outcome:
    """Run the whole job. The environment names the same home, sources and day as `settings`.

    Runs that a kill left behind are ended first. Errors of a step come back in the outcome.
    Raises KeyboardInterrupt when Ctrl-C or SIGTERM ended the run; dbt's thread may still work.
    """
    with dagster_instance(settings) as instance:
        for run_id in recovery.end_dead_runs(instance, settings.dagster_home):
            log.info("run %s had been killed; it is reported as failed now", run_id)
        from orchestration.definitions import definitions

        job = definitions().resolve_job_def("main")
        run_id = str(uuid.uuid4())
        with recovery.alive(settings.dagster_home, run_id):
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                raise_on_error=False,
                run_config=_run_config(settings, full_refresh, wait_seconds),
                tags={"csops/started_by": "csops run"},
            )
        if any(_is_interrupted(event) for event in result.all_events):
            raise KeyboardInterrupt
        return Outcome(run_id, result.success, tuple(_failures(result.all_events)))


def _run_config(settings: Settings, full_refresh: bool, wait_seconds: float) -> dict[str, Any]:
    config = {
        "home": str(settings.home),
        "sources": str(settings.sources_file),
        "as_of": settings.as_of.isoformat(),
        "full_refresh": full_refresh,
        "wait_seconds": wait_seconds,
    }
    return {
        "resources": {"warehouse": {"config": config}},
        "loggers": {"console": {"config": {"log_level": "INFO"}}},
    }


def _failures(events: list[dg.DagsterEvent]) -> Iterator[tuple[str, str]]:
    """What each failed step said; what the run itself said only if no step did."""
    steps_failed = any(event.is_step_failure for event in events)
    for event in events:
        if event.is_step_failure:
            data = event.step_failure_data
            said = data.user_failure_data.description if data.user_failure_data else None
            yield event.step_key or "", said or _innermost(data.error)
        elif event.is_failure and not steps_failed:
            yield "", _innermost(getattr(event.event_specific_data, "error", None))


def _is_interrupted(event: dg.DagsterEvent) -> bool:
    error = event.step_failure_data.error if event.is_step_failure else None
    return error is not None and error.cls_name == "DagsterExecutionInterruptedError"


def _innermost(error: Any) -> str:
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "it gave no reason"
