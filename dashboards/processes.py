"""Pages of CSMs and accounts, written by as many processes as there are cores."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from dashboards.marts import Marts, marts_in
from dashboards.pages.books import Portion, portion_pages
from dashboards.reuse import SiteBefore
from dashboards.writing import PageWriter, Written

IDLE_SECONDS = 10
"""A process without work ends itself after so long, also when its parent was killed."""


def write_portions(
    marts: Marts, portions: Sequence[Portion], folder: Path, before: SiteBefore, code: str
) -> Iterator[Written]:
    """Write the pages of all portions into `folder`; gives what was done, in no certain order.

    A single portion, or one core, is worked on by this process. Whatever a process raises is raised
    here. Each reads the version's database by itself.
    """
    workers = min(_cores(), len(portions))
    if workers < 2:
        for portion in portions:
            yield _written(marts, portion, folder, before, code)
        return
    import joblib

    work = (
        joblib.delayed(_write_portion)(
            marts.file, marts.version, marts.as_of, portion, folder, before.of(portion.files), code
        )
        for portion in portions
    )
    with joblib.parallel_config("loky", n_jobs=workers, idle_worker_timeout=IDLE_SECONDS):
        yield from joblib.Parallel(return_as="generator_unordered")(work)


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write_portion(
    file: Path, version: str, as_of: date, portion: Portion, folder: Path, before: SiteBefore,
    code: str,
) -> Written:  # fmt: skip
    with marts_in(file, version, as_of) as marts:
        return _written(marts, portion, folder, before, code)


def _written(
    marts: Marts, portion: Portion, folder: Path, before: SiteBefore, code: str
) -> Written:
    writer = PageWriter(marts, folder, before, code)
    for page in portion_pages(marts, portion):
        writer.write(page)
    return writer.written()
