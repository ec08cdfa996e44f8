"""Kills runs at random moments, and looks each time that readers have the last good numbers.

`python -m tests.end_to_end.kill_many --times 200` does it as often as one likes.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from orchestration.publication.fingerprints import Fingerprint
from orchestration.settings import PROJECT
from tests.end_to_end.commands import (
    assert_nothing_is_left_over,
    published_marts,
    run,
    start,
)

DAYS = ("2026-06-29", "2026-06-30")


def kill_runs(
    home: Path,
    sources: Path,
    times: int,
    longest: float,
    good: list[dict[str, Fingerprint]],
    seed: int = 0,
) -> Iterator[str]:
    """Kill `times` runs within `longest` seconds of their start; tells what each left.

    The runs are for changing days, so that each has something new to publish. `good` lists the
    marts that readers may see. A run that ends by itself is no kill; it shortens `longest`.
    """
    draw = random.Random(seed)
    number = started = 0
    while number < times:
        moment = draw.uniform(0.1, longest)
        process = start(home, sources, "--as-of", DAYS[started % 2])
        started += 1
        began = time.monotonic()
        try:
            process.wait(moment)
            longest = min(longest, time.monotonic() - began)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            number += 1
        said = process.stdout.read() if process.stdout else ""
        steps = [line.split()[1] for line in said.splitlines() if line.startswith("✓")]
        assert published_marts(home) in good, f"kill {number} at {moment:.2f} s"
        yield f"{number}: {moment:.2f} s, after {steps[-1] if steps else 'nothing'}"


def main() -> int:
    """The command: makes a small company, runs it clean for two days, then kills and compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        subprocess.run(
            [
                *(sys.executable, str(PROJECT / "seeds" / "generate.py")),
                *("--accounts", "30", "--clean", "--out", str(folder / "raw")),
            ],
            check=True,
        )
        sources = folder / "sources.yml"
        text = (PROJECT / "sources.yml").read_text(encoding="utf-8")
        sources.write_text(text.replace("seeds/raw", "raw"), encoding="utf-8")
        good = []
        for day in DAYS:
            run(folder / "clean", sources, "--as-of", day)
            good.append(published_marts(folder / "clean"))
        began = time.monotonic()
        run(folder / "clean", sources, "--as-of", DAYS[0])
        longest = time.monotonic() - began
        home = folder / "killed"
        shutil.copytree(folder / "clean", home, symlinks=True)
        for line in kill_runs(home, sources, options.times, longest, good, options.seed):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        began = time.monotonic()
        run(home, sources, "--as-of", DAYS[-1])
        sys.stdout.write(f"the run after the last kill took {time.monotonic() - began:.1f} s\n")
        assert published_marts(home) == good[-1]
        assert_nothing_is_left_over(home)
    sys.stdout.write(f"{options.times} kills, 0 bad\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
