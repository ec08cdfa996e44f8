"""A killed run leaves no stuck run, no taken slot and no half-written file."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from orchestration import recovery
from orchestration.instance import dagster_instance, prepare_dagster_home
from orchestration.settings import Settings

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.recovery import alive
with alive(Path(sys.argv[1]), sys.argv[2]):
    print("alive", flush=True)
    time.sleep(60)
"""


@dg.op
def nothing() -> None: ...


@dg.job
def main() -> None:
    nothing()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DAGSTER_DISABLE_TELEMETRY", "yes")
    return Settings(home=tmp_path, sources_file=tmp_path / "s.yml", as_of=date(2026, 6, 30))


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with dagster_instance(settings) as instance:
        yield instance


def started(instance: dg.DagsterInstance) -> dg.DagsterRun:
    run = instance.create_run_for_job(main, status=dg.DagsterRunStatus.STARTED)
    instance.event_log_storage.initialize_concurrency_limit_to_default("warehouse")
    instance.event_log_storage.claim_concurrency_slot("warehouse", run.run_id, "conform")
    return run


def slots_taken(instance: dg.DagsterInstance) -> int:
    return instance.event_log_storage.get_concurrency_info("warehouse").active_slot_count


def test_a_run_whose_process_was_killed_is_reported_failed_and_gives_its_slot_back(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run = started(instance)
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(settings.dagster_home), run.run_id],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"alive\n"
    assert recovery.end_dead_runs(instance, settings.dagster_home, grace_seconds=0) == []
    assert slots_taken(instance) == 1
    process.kill()
    process.wait()
    assert recovery.end_dead_runs(instance, settings.dagster_home) == [run.run_id]
    assert instance.get_run_by_id(run.run_id).status == dg.DagsterRunStatus.FAILURE
    assert slots_taken(instance) == 0
    assert list((settings.dagster_home / "alive").iterdir()) == []


def test_a_run_that_was_launched_just_now_is_left_alone(
    instance: dg.DagsterInstance, settings: Settings
) -> None:
    run = started(instance)
    assert recovery.end_dead_runs(instance, settings.dagster_home, grace_seconds=30) == []
    time.sleep(0.05)
    assert recovery.end_dead_runs(instance, settings.dagster_home, grace_seconds=0.01) == [
        run.run_id
    ]


def test_a_home_whose_history_was_cut_short_by_a_kill_gets_a_new_one(settings: Settings) -> None:
    home = prepare_dagster_home(settings)
    (home / "event_log.db").write_bytes(b"")
    (home / "runs.db").write_bytes(b"SQLite format 3\x00 and then the power went")
    with dagster_instance(settings) as instance:
        run = instance.create_run_for_job(main)
        assert instance.get_run_by_id(run.run_id) is not None
    assert len(list(home.glob("broken-*"))) == 2


def test_events_of_earlier_runs_stay(settings: Settings) -> None:
    accounts = dg.AssetKey("accounts")
    with dagster_instance(settings) as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization(accounts))
    with dagster_instance(settings) as instance:
        assert instance.get_latest_materialization_event(accounts) is not None
    assert not list(settings.dagster_home.glob("broken-*"))


def test_temporary_files_are_swept_and_nothing_else(settings: Settings) -> None:
    folder = settings.warehouse.parent
    (folder / "warehouse.duckdb.tmp").mkdir(parents=True)
    (folder / "warehouse.duckdb.tmp" / "duckdb_temp_block").write_text("spilled")
    (folder / "warehouse.duckdb").write_text("stays")
    assert recovery.sweep_files(settings) == ["warehouse.duckdb.tmp"]
    assert [path.name for path in folder.iterdir()] == ["warehouse.duckdb"]


def test_nothing_in_the_template_calls_out(settings: Settings) -> None:
    with dagster_instance(settings) as instance:
        assert instance.telemetry_enabled is False
        assert instance.nux_enabled is False
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1


def test_a_run_that_was_killed_before_it_started_is_ended_too(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    run = instance.create_run_for_job(main, status=dg.DagsterRunStatus.NOT_STARTED)
    assert recovery.end_dead_runs(instance, settings.dagster_home, grace_seconds=0) == [run.run_id]
    ended = instance.get_run_by_id(run.run_id)
    assert ended is not None
    assert ended.status is dg.DagsterRunStatus.FAILURE
