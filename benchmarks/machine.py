"""What every benchmark says of the machine, and one process run to its end and measured."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PROJECT = ROOT / "dbt_project"


@dataclass(frozen=True)
class Measured:
    """Seconds of wall and CPU time, and the largest resident size in MB, of one process."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float


def machine_now() -> dict[str, object]:
    """Processors and memory, and how busy they were before the start."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
    }


def measured(command: list[str], environment: dict[str, str]) -> Measured:
    """Run a process to its end; raises RuntimeError when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{command[:5]} failed with {os.waitstatus_to_exitcode(status)}")
    return Measured(
        round(time.perf_counter() - started, 2),
        round(usage.ru_utime + usage.ru_stime, 2),
        round(usage.ru_maxrss / 1024, 0),
    )


def ratio(ours: float, theirs: float) -> float | None:
    """How many times as much as the other; None when the other took no time to speak of."""
    return round(ours / theirs, 2) if theirs > 0.05 else None


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
