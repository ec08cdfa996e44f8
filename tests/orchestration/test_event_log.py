"""The event log keeps what a run tells, at once for who writes it, a moment later for others."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import StepMaterializationData

from orchestration.resources.event_log import HELD_SECONDS, KeptConnectionEventLog

KEY = dg.AssetKey(["marts", "dim_accounts"])


@pytest.fixture
def event_log(tmp_path: Path) -> Iterator[KeptConnectionEventLog]:
    log = KeptConnectionEventLog(str(tmp_path))
    yield log
    log.dispose()


def told(kind: dg.DagsterEventType, message: str) -> dg.EventLogEntry:
    data = None
    if kind == dg.DagsterEventType.ASSET_MATERIALIZATION:
        data = StepMaterializationData(dg.AssetMaterialization(KEY))
    event = dg.DagsterEvent(kind.value, "main", event_specific_data=data, message=message)
    return dg.EventLogEntry(
        error_info=None,
        level="info",
        user_message=message,
        run_id="run",
        timestamp=time.time(),
        dagster_event=event,
    )


def seen_by_others(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "event_log.db")) as connection:
        return connection.execute("select count(*) from event_logs").fetchone()[0]


def messages(log: KeptConnectionEventLog) -> list[str]:
    return [
        record.event_log_entry.user_message for record in log.get_records_for_run("run").records
    ]


def test_the_one_who_writes_reads_a_table_at_once_and_others_a_moment_later(
    event_log: KeptConnectionEventLog, tmp_path: Path
) -> None:
    event_log.store_event(told(dg.DagsterEventType.ASSET_MATERIALIZATION, "first"))
    event_log.store_event(told(dg.DagsterEventType.ASSET_MATERIALIZATION, "second"))
    (record,) = event_log.get_asset_records([KEY])
    assert record.asset_entry.last_materialization is not None
    assert messages(event_log) == ["first", "second"]
    assert seen_by_others(tmp_path) == 0
    ends = time.monotonic() + 20
    while not seen_by_others(tmp_path) and time.monotonic() < ends:
        time.sleep(HELD_SECONDS / 5)
    assert seen_by_others(tmp_path) == 2


def test_an_event_that_is_not_one_of_many_brings_those_before_it(
    event_log: KeptConnectionEventLog, tmp_path: Path
) -> None:
    event_log.store_event(told(dg.DagsterEventType.ASSET_MATERIALIZATION, "table"))
    event_log.store_event(told(dg.DagsterEventType.STEP_START, "step"))
    assert seen_by_others(tmp_path) == 2
    assert messages(event_log) == ["table", "step"]


def test_another_thread_finds_and_adds_to_what_the_first_has_written(
    event_log: KeptConnectionEventLog,
) -> None:
    event_log.store_event(told(dg.DagsterEventType.ASSET_MATERIALIZATION, "first"))
    found: list[list[str]] = []

    def other() -> None:
        found.append(messages(event_log))
        event_log.store_event(told(dg.DagsterEventType.ASSET_MATERIALIZATION, "second"))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    event_log.store_event(told(dg.DagsterEventType.ASSET_MATERIALIZATION, "third"))
    assert found == [["first"]]
    assert messages(event_log) == ["first", "second", "third"]


def test_what_is_written_last_is_there_when_the_log_is_closed(tmp_path: Path) -> None:
    log = KeptConnectionEventLog(str(tmp_path))
    log.store_event(told(dg.DagsterEventType.ASSET_MATERIALIZATION, "last"))
    log.dispose()
    assert seen_by_others(tmp_path) == 1
