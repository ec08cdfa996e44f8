"""Two runs on one home: one waits, or leaves with a clear message; a killed one holds nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration.lock import BusyError, exclusive, is_held

HOLDER = """
import sys, time
from pathlib import Path
from orchestration.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(path: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_leaves_with_a_message_that_names_the_first(tmp_path: Path) -> None:
    process = holder(tmp_path / "run.lock", 30)
    try:
        with (
            pytest.raises(BusyError, match=f"process {process.pid}.*--wait"),
            exclusive(tmp_path / "run.lock", wait_seconds=0),
        ):
            pass
    finally:
        process.kill()
        process.wait()


def test_a_second_run_waits_for_the_first_and_says_so_once(tmp_path: Path) -> None:
    process = holder(tmp_path / "run.lock", 1)
    told: list[str] = []
    with exclusive(tmp_path / "run.lock", wait_seconds=20, on_wait=told.append):
        assert process.wait(5) == 0
    assert len(told) == 1
    assert str(process.pid) in told[0]


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    process = holder(tmp_path / "run.lock", 30)
    process.kill()
    process.wait()
    started = time.monotonic()
    with exclusive(tmp_path / "run.lock", wait_seconds=5):
        assert time.monotonic() - started < 1


def test_one_process_may_enter_twice_and_leaves_when_the_outer_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with exclusive(path):
        with exclusive(path, wait_seconds=0):
            pass
        assert is_held(path)
    assert not is_held(path)
