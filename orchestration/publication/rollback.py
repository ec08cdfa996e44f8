"""Readers go back to an earlier version: one swap of the pointer, after looking that it opens."""

from __future__ import annotations

from pathlib import Path

from orchestration.publication.build_state import MARTS
from orchestration.publication.fingerprints import quoted
from orchestration.publication.versions import (
    WAREHOUSE_FILE,
    current_version,
    point_to,
    read_manifest,
    versions,
    versions_folder,
)


class RollbackError(RuntimeError):
    """There is no such version to go back to, or it can't be read."""


def roll_back(published: Path, version: str | None = None) -> str:
    """Point readers to `version`, or to the one before the current; gives the version's name.

    Raises RollbackError, and moves nothing, when the version is missing or its file doesn't hold
    the rows that its manifest promises. The caller holds the home's lock.
    """
    known = versions(published)
    target = version or _previous(known, current_version(published))
    if target not in known:
        raise RollbackError(
            f"there is no version {target!r}; `csops rollback --list` shows those there are"
        )
    check_version(published, target)
    point_to(published, target)
    return target


def check_version(published: Path, version: str) -> None:
    """Open a version as a reader would and count its rows. Raises RollbackError."""
    import duckdb

    manifest = read_manifest(published, version)
    file = versions_folder(published) / version / WAREHOUSE_FILE
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            for table, part in manifest.tables.items():
                found = connection.execute(
                    f"select count(*) from {MARTS}.{quoted(table)}"
                ).fetchone()
                if found is None or found[0] != part.rows:
                    raise RollbackError(
                        f"{file}: {table} holds {found} rows instead of {part.rows}"
                    )
    except duckdb.Error as error:
        raise RollbackError(f"{file} can't be read: {error}") from error


def _previous(known: list[str], current: str | None) -> str:
    if current is None or current not in known:
        raise RollbackError("nothing is published here yet, so there is nothing to go back to")
    position = known.index(current)
    if position == 0:
        raise RollbackError(f"{current} is the oldest version that is kept")
    return known[position - 1]
