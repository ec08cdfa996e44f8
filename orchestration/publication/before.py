"""The version that readers have while a new one is made, which the new one begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestration.publication.parts import Parts, read_parts
from orchestration.publication.versions import (
    WAREHOUSE_FILE,
    Manifest,
    current_version,
    read_manifest,
    versions_folder,
)


@dataclass(frozen=True)
class Before:
    """A version that stands already: its folder, what it says it holds, its large marts by day."""

    folder: Path
    manifest: Manifest
    parts: Mapping[str, Parts]


def current(published: Path) -> Before | None:
    """The version that readers have now, if it is whole."""
    version = current_version(published)
    if version is None:
        return None
    folder = versions_folder(published) / version
    try:
        manifest = read_manifest(published, version)
    except (OSError, ValueError, KeyError):
        return None
    parts = {
        table: one
        for table, one in read_parts(folder).items()
        if table in manifest.tables
        and one.total() == (manifest.tables[table].rows, manifest.tables[table].content)
    }
    found = Before(folder, manifest, parts)
    return found if (folder / WAREHOUSE_FILE).is_file() else None
