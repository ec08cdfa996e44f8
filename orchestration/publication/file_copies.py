"""A file again without reading it: copied by the kernel, or a second name of the same one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_STEP = 1 << 30


def copy_file(source: Path, target: Path) -> None:
    """Copy the content to the new file `target`, writable, whatever the source allows.

    The kernel shares the blocks where the file system can.
    """
    with source.open("rb") as reading, target.open("xb") as writing:
        try:
            while os.copy_file_range(reading.fileno(), writing.fileno(), _STEP):
                pass
        except OSError:
            if writing.seek(0, os.SEEK_END):
                raise
            reading.seek(0)
            shutil.copyfileobj(reading, writing, 1 << 20)


def link_or_copy(source: str, target: str) -> str:
    """A second name for a file that nobody ever writes to, else a copy."""
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)
    return target
