"""The published versions of a home and the pointer that says which of them is being read."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.publication.fingerprints import Fingerprint

WAREHOUSE_FILE = "warehouse.duckdb"
MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What one version holds: its day, its build, every mart's fingerprint as built, and a digest
    of what was left out of them for readers. A database file that began as a copy of another
    version's (`copied_from`) may hold rows of that one in places that no query reaches."""

    version: str
    as_of_date: date
    build_id: str
    published_at: str
    tables: dict[str, Fingerprint]
    protection: str = ""
    copied_from: str = ""

    def same_content(self, as_of: date, tables: dict[str, Fingerprint], protection: str) -> bool:
        """Whether these are the very same numbers for the same day, with as much left out."""
        return (self.as_of_date, self.tables, self.protection) == (as_of, tables, protection)

    def as_text(self) -> str:
        """The manifest as JSON text, keys sorted."""
        content = {
            "version": self.version,
            "as_of_date": self.as_of_date.isoformat(),
            "build_id": self.build_id,
            "published_at": self.published_at,
            "tables": {name: part.as_json() for name, part in self.tables.items()},
            "protection": self.protection,
            "copied_from": self.copied_from,
        }
        return json.dumps(content, indent=2, sort_keys=True) + "\n"


def versions_folder(published: Path) -> Path:
    """Where the versions of a `published` folder are, one folder each."""
    return published / "versions"


def intent_file(published: Path) -> Path:
    """Names the version that is being published right now; left behind only by a killed run."""
    return published / ".publishing"


def versions(published: Path) -> list[str]:
    """Every complete version, oldest first by the time of its publication."""
    folder = versions_folder(published)
    if not folder.is_dir():
        return []
    found = [
        entry.name
        for entry in folder.iterdir()
        if not entry.name.startswith(".") and (entry / MANIFEST_FILE).is_file()
    ]
    return sorted(found, key=lambda name: (read_manifest(published, name).published_at, name))


def current_version(published: Path) -> str | None:
    """The version that readers get, or None before the first publication."""
    pointer = published / "current"
    if not pointer.is_symlink():
        return None
    return pointer.readlink().name


def read_manifest(published: Path, version: str) -> Manifest:
    """The manifest of one version. Raises FileNotFoundError when there is no such version."""
    text = (versions_folder(published) / version / MANIFEST_FILE).read_text(encoding="utf-8")
    content = json.loads(text)
    return Manifest(
        version=content["version"],
        as_of_date=date.fromisoformat(content["as_of_date"]),
        build_id=content["build_id"],
        published_at=content["published_at"],
        tables={name: Fingerprint(**part) for name, part in content["tables"].items()},
        protection=content.get("protection", ""),
        copied_from=content.get("copied_from", ""),
    )


def point_to(published: Path, version: str) -> None:
    """Move `current` to a version in one step; `current.duckdb` goes through it and moves too."""
    _swap_link(published / "current", Path("versions") / version)
    through = Path("current") / WAREHOUSE_FILE
    link = published / "current.duckdb"
    if not link.is_symlink() or link.readlink() != through:
        _swap_link(link, through)
    sync_folder(published)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap_link(link: Path, target: Path) -> None:
    aside = link.with_name(f".{link.name}.next")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)
