"""kill -9 anywhere: readers keep the last good numbers, and the next run is as if nothing was."""

from __future__ import annotations

import os
from pathlib import Path

from tests.end_to_end.commands import assert_nothing_is_left_over, published_marts, run
from tests.end_to_end.conftest import FinishedRun
from tests.end_to_end.kill_many import kill_runs

KILLS = int(os.environ.get("CSOPS_KILLS", "6"))
LONGEST_SECONDS = float(os.environ.get("CSOPS_KILL_WITHIN", "20"))


def test_after_every_kill_readers_have_good_numbers_and_the_next_run_equals_a_clean_one(
    finished: FinishedRun, finished_copy: Path
) -> None:
    """Within a third of a run's time, so that none can publish; `kill_many` kills later ones."""
    longest = min(LONGEST_SECONDS, finished.seconds / 3)
    for line in kill_runs(finished_copy, finished.sources, KILLS, longest, [finished.marts]):
        print(line)
    run(finished_copy, finished.sources, "--again")
    assert published_marts(finished_copy) == finished.marts
    assert_nothing_is_left_over(finished_copy)
