"""Clears what a killed run leaves: runs that Dagster believes in, half-written files."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.publication.retention import sweep_unfinished
from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

GRACE_SECONDS = 30.0
"""A run that has just been launched may not have said yet that it is alive."""


@contextmanager
def alive(dagster_home: Path, run_id: str) -> Iterator[None]:
    """Say that a run is alive for as long as the block lasts; a kill ends it without a word."""
    file = _sign_of_life(dagster_home, run_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    first = _locked(descriptor)  # entering again within one process: the first one holds
    try:
        yield
    finally:
        if first:
            file.unlink(missing_ok=True)
        os.close(descriptor)


def sweep_files(settings: Settings) -> list[str]:
    """Remove what killed runs left half-written; the caller holds the home's lock."""
    removed = sweep_unfinished(settings.published) if settings.published.is_dir() else []
    for leftover in settings.warehouse.parent.glob("*.tmp"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
        removed.append(leftover.name)
    return removed


def end_dead_runs(
    instance: dg.DagsterInstance, dagster_home: Path, grace_seconds: float = GRACE_SECONDS
) -> list[str]:
    """Report every run whose process is gone as failed and free its slots; gives their ids."""
    import dagster as dg

    unfinished = [
        dg.DagsterRunStatus.NOT_STARTED,
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
    ]
    ended = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=unfinished)):
        run = record.dagster_run
        if _is_alive(dagster_home, run.run_id, record.update_timestamp.timestamp(), grace_seconds):
            continue
        instance.report_run_failed(run, "The process of this run is gone; it was killed.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
        _sign_of_life(dagster_home, run.run_id).unlink(missing_ok=True)
        ended.append(run.run_id)
    _forget_old_signs(instance, dagster_home)
    return ended


def _forget_old_signs(instance: dg.DagsterInstance, dagster_home: Path) -> None:
    for file in (dagster_home / "alive").glob("*"):
        run = instance.get_run_by_id(file.name)
        if (run is None or run.is_finished) and not _is_locked(file):
            file.unlink(missing_ok=True)


def _is_alive(dagster_home: Path, run_id: str, updated: float, grace_seconds: float) -> bool:
    file = _sign_of_life(dagster_home, run_id)
    if file.exists():
        return _is_locked(file)
    return time.time() - updated < grace_seconds


def _is_locked(file: Path) -> bool:
    descriptor = os.open(file, os.O_RDWR)
    try:
        return not _locked(descriptor)
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign_of_life(dagster_home: Path, run_id: str) -> Path:
    return dagster_home / "alive" / run_id
