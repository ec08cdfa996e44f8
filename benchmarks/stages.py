"""One `csops run` in a process of its own, measured stage by stage from outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psutil

from benchmarks.machine import ROOT

LINE = re.compile(r"^[✓✗] (?P<stage>\w+)\s+(?P<text>.*?)\s+[\d.]+ s$")
SAMPLED_SECONDS = 0.05


@dataclass
class Stage:
    """What one stage of a run took; `peak_mb` is the resident size at its largest."""

    stage: str
    wall_seconds: float = 0
    cpu_seconds: float = 0
    peak_mb: float = 0


@dataclass(frozen=True)
class Run:
    """A whole run: its stages in order, with `start` for what comes before the first."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    stages: tuple[Stage, ...]
    said: tuple[str, ...]

    def of(self, *names: str) -> tuple[float, float]:
        """Wall and CPU seconds of the named stages together."""
        chosen = [stage for stage in self.stages if stage.stage in names]
        return (sum(s.wall_seconds for s in chosen), sum(s.cpu_seconds for s in chosen))

    def as_dict(self) -> dict[str, Any]:
        """For the results file."""
        return {
            "wall_seconds": round(self.wall_seconds, 1),
            "cpu_seconds": round(self.cpu_seconds, 1),
            "peak_mb": round(self.peak_mb),
            "stages": [
                {
                    name: round(value, 1) if isinstance(value, float) else value
                    for name, value in asdict(stage).items()
                }
                for stage in self.stages
            ],
        }


def run(
    home: Path, sources: Path, as_of: date, memory_limit: str, project: Path, *options: str,
    statements: Path | None = None,
) -> Run:  # fmt: skip
    """`csops run` of the project or a copy of it, with its SQL written to `statements`.

    Raises RuntimeError with what it said.
    """
    csops = ["-c", "from orchestration.cli import main; main()"]
    if statements:
        csops = ["-m", "benchmarks.plain", "csops", str(statements)]
    command = [
        *(sys.executable, *csops, "run"),
        *("--home", str(home), "--sources", str(sources), "--as-of", as_of.isoformat()),
        *options,
    ]
    environment = {
        **os.environ,
        "CSOPS_MEMORY_LIMIT": memory_limit,
        "PYTHONPATH": f"{project}:{ROOT}",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=project, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    watched = _Watched(process.pid)
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line.rstrip())
        if found := LINE.match(line.strip()):
            watched.end_of(found["stage"])
    _, status, usage = os.wait4(process.pid, 0)
    watched.close()
    if status:
        raise RuntimeError("\n".join(said[-12:]))
    in_stages = sum(stage.cpu_seconds for stage in watched.stages.values())
    return Run(
        wall_seconds=time.perf_counter() - started,
        # What processes used that nobody waited for stands in the stages only.
        cpu_seconds=max(usage.ru_utime + usage.ru_stime, in_stages),
        peak_mb=usage.ru_maxrss / 1024,
        stages=tuple(watched.stages.values()),
        said=tuple(said),
    )


class _Watched:
    """Adds the time since the last line, and the largest size seen, to the stage that ended."""

    def __init__(self, pid: int) -> None:
        self.stages: dict[str, Stage] = {}
        self._process = psutil.Process(pid)
        self._wall, self._cpu, self._peak = time.perf_counter(), 0.0, 0.0
        self._ended = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)
        self._sampler.start()

    def end_of(self, name: str) -> None:
        """A line said that a step of the stage is done."""
        wall, cpu = time.perf_counter(), self._cpu_now()
        stage = self.stages.setdefault(name, Stage(name))
        stage.wall_seconds += wall - self._wall
        stage.cpu_seconds += cpu - self._cpu
        stage.peak_mb = max(stage.peak_mb, self._peak)
        self._wall, self._cpu, self._peak = wall, cpu, 0.0

    def close(self) -> None:
        """No more samples."""
        self._ended.set()
        self._sampler.join()

    def _cpu_now(self) -> float:
        """Of the process, of those that it has waited for, and of those that live."""
        try:
            times = self._process.cpu_times()
            used = times.user + times.system + times.children_user + times.children_system
            for child in self._process.children(recursive=True):
                with suppress(psutil.Error):
                    own = child.cpu_times()
                    used += own.user + own.system
        except psutil.Error:
            return self._cpu
        return max(used, self._cpu)

    def _sample(self) -> None:
        while not self._ended.wait(SAMPLED_SECONDS):
            for size in self._sizes():
                self._peak = max(self._peak, size)

    def _sizes(self) -> Iterator[float]:
        try:
            yield self._process.memory_info().rss / 2**20
        except psutil.Error:
            return
