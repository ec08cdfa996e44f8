"""How many published versions are kept, and what a killed publication leaves to be removed."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.publication.versions import (
    current_version,
    intent_file,
    versions,
    versions_folder,
)

KEPT_VERSIONS = 14


def remove_old_versions(published: Path, keep: int = KEPT_VERSIONS) -> list[str]:
    """Remove all but the last `keep` versions, never the current one; gives what was removed."""
    current = current_version(published)
    known = versions(published)
    spare = [version for version in known[: max(0, len(known) - keep)] if version != current]
    for version in spare:
        remove_version(published, version)
    return spare


def sweep_unfinished(published: Path) -> list[str]:
    """Remove what a killed publication left: half-written folders, half-moved pointers.

    A version that was written but never shown to a reader goes too. Gives the names removed.
    """
    removed = []
    intent = intent_file(published)
    if intent.is_file():
        version = intent.read_text(encoding="utf-8").strip()
        folder = versions_folder(published) / version
        if version and version != current_version(published) and folder.is_dir():
            _remove_folder(folder)
            removed.append(version)
        intent.unlink()
    for leftover in [*published.glob(".current*.next"), *versions_folder(published).glob(".*")]:
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
        removed.append(leftover.name)
    return removed


def remove_version(published: Path, version: str) -> None:
    """Remove one version; the caller has seen to it that readers get another."""
    _remove_folder(versions_folder(published) / version)


def _remove_folder(folder: Path) -> None:
    """Hide the folder first, so that a kill halfway leaves nothing that looks like a version."""
    hidden = folder.with_name(f".{folder.name}.removed")
    folder.rename(hidden)
    shutil.rmtree(hidden)
