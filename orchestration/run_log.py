"""Where the noise goes: one log file a run, so that the screen shows the run and nothing else."""

from __future__ import annotations

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from orchestration.settings import Settings

KEPT_LOGS = 50
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def ensure_log(settings: Settings) -> None:
    """Give a run that `csops run` did not start, one from the UI or `dg`, its log in the home."""
    there = [*logging.getLogger().handlers, *logging.getLogger("csops").handlers]
    if not any(isinstance(handler, logging.FileHandler) for handler in there):
        file = _new_file(settings)
        handler = logging.FileHandler(file, encoding="utf-8")
        handler.setFormatter(logging.Formatter(FORMAT))
        logging.getLogger("csops").addHandler(handler)
        logging.getLogger("csops").setLevel(logging.INFO)


def open_log(settings: Settings, verbose: bool) -> Path:
    """Start this run's log in `<home>/logs`, and give its path.

    Without `verbose` all that any library writes to the screen goes there too, to the very end of
    the process; `screen` is the way to a person. Old logs are removed.
    """
    file = _new_file(settings)
    handlers: list[logging.Handler] = [logging.FileHandler(file, encoding="utf-8")]
    if verbose:
        handlers.append(logging.StreamHandler(sys.stderr))
    logging.basicConfig(
        level=logging.INFO,
        format=FORMAT,
        handlers=handlers,
        force=True,
    )
    logging.captureWarnings(True)
    if not verbose:
        sys.stdout.flush()
        sys.stderr.flush()
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.close(descriptor)
    return file


def _new_file(settings: Settings) -> Path:
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.log"))[: -KEPT_LOGS + 1]:
        old.unlink(missing_ok=True)
    return folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}Z-{os.getpid()}.log"
