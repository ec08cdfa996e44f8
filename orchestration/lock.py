"""The one lock of a home: whoever holds it may write there; the system frees it when a run dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

DEFAULT_WAIT_SECONDS = 1800.0
_POLL_SECONDS = 0.2
_held: dict[Path, int] = {}


class BusyError(RuntimeError):
    """Another run holds the lock and kept it longer than we were told to wait."""


@contextmanager
def exclusive(
    path: Path,
    wait_seconds: float = DEFAULT_WAIT_SECONDS,
    on_wait: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Hold the lock at `path` for the length of the block; entering again in one process is free.

    While another process holds it, wait up to `wait_seconds`; `on_wait` is told once who holds it.
    Raises BusyError when the wait is over. A killed holder loses the lock at once.
    """
    path = path.resolve()
    if path in _held:
        _held[path] += 1
        try:
            yield
        finally:
            _held[path] -= 1
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, wait_seconds, on_wait)
        _held[path] = 1
        _sign(descriptor)
        yield
    finally:
        _held.pop(path, None)
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether some living process, this one included, holds the lock at `path`."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        return not _try(descriptor)
    finally:
        os.close(descriptor)


def _acquire(
    descriptor: int, path: Path, wait_seconds: float, on_wait: Callable[[str], None] | None
) -> None:
    deadline = time.monotonic() + wait_seconds
    told = False
    while not _try(descriptor):
        if time.monotonic() >= deadline:
            raise BusyError(
                f"another run is writing to {path.parent}: {_holder(path)}. "
                f"Waited {wait_seconds:.0f} s; wait longer with --wait, or use another --home"
            )
        if on_wait and not told:
            on_wait(_holder(path))
            told = True
        time.sleep(_POLL_SECONDS)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int) -> None:
    who = {"process": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(who).encode(), 0)


def _holder(path: Path) -> str:
    try:
        who = json.loads(path.read_text())
        return f"process {who['process']}, since {who['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "an unknown process"
