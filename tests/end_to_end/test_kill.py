"""kill -9 anywhere: readers keep the last good numbers, and the next run is as if nothing was."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.end_to_end.commands import (
    assert_nothing_is_left_over,
    csops,
    published_marts,
    run,
    start,
)
from tests.end_to_end.conftest import FinishedRun
from tests.end_to_end.kill_many import kill_runs

KILLS = int(os.environ.get("CSOPS_KILLS", "6"))
LONGEST_SECONDS = float(os.environ.get("CSOPS_KILL_WITHIN", "20"))


def test_after_every_kill_readers_have_good_numbers_and_the_next_run_equals_a_clean_one(
    finished: FinishedRun, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(finished.home, home, symlinks=True)
    run(home, finished.sources, "--as-of", "2026-06-29")
    good = [finished.marts, published_marts(home)]
    for line in kill_runs(home, finished.sources, KILLS, LONGEST_SECONDS, good):
        print(line)
    run(home, finished.sources)
    assert published_marts(home) == finished.marts
    assert_nothing_is_left_over(home)


def test_two_runs_at_once_end_as_if_one_came_after_the_other(
    finished: FinishedRun, parsed_home: Path
) -> None:
    first = start(parsed_home, finished.sources)
    assert first.stdout is not None
    assert first.stdout.readline().startswith("Run for 2026-06-30")
    leaves = csops(parsed_home, finished.sources, "run", "--wait", "0")
    assert leaves.returncode == 3
    assert f"process {first.pid}" in leaves.stderr
    assert "--wait" in leaves.stderr
    waits = start(parsed_home, finished.sources)
    said, _ = waits.communicate(timeout=900)
    assert first.wait(10) == 0
    assert waits.returncode == 0
    assert f"Waiting for another run to finish: process {first.pid}" in said
    assert "Nothing has changed since the last run" in said
    assert published_marts(parsed_home) == finished.marts
    assert_nothing_is_left_over(parsed_home)
