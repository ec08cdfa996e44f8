"""How a running job tells whoever started it what it is doing; nobody has to listen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

STAGES = ("ingest", "conform", "gate", "build", "learn", "audit", "publish", "site")


@dataclass(frozen=True)
class Progress:
    """One thing worth telling. `seconds` is None while it is still going on."""

    stage: str
    text: str
    seconds: float | None = None
    failed: bool = False


Listener = Callable[[Progress], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Every progress made in this process within the block is told to `listener`."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


class Step:
    """A step under way; set `text` to what came of it before the block ends."""

    def __init__(self, stage: str, text: str) -> None:
        """A step of a stage, with what to call it until more is known."""
        self.stage = stage
        self.text = text

    def tell(self, text: str) -> None:
        """Say how far the step has come."""
        _tell(Progress(self.stage, text))


@contextmanager
def step(stage: str, text: str) -> Iterator[Step]:
    """Tell that a step began and, when the block ends, how long it took or that it failed."""
    started = time.monotonic()
    current = Step(stage, text)
    _tell(Progress(stage, text))
    try:
        yield current
    except BaseException:
        _tell(Progress(stage, current.text, time.monotonic() - started, failed=True))
        raise
    _tell(Progress(stage, current.text, time.monotonic() - started))


def _tell(progress: Progress) -> None:
    for listener in list(_listeners):
        listener(progress)
