"""Whether anything has changed since the last run that succeeded; else there is nothing to do."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.ingestion.configuration import load_sources
from orchestration.publication.versions import current_version
from orchestration.settings import Settings

READ = ("dashboards", "dbt_project", "expectations", "orchestration", "seeds/reference")
"""Folders of the project that a run reads."""
LEFT_OUT = frozenset({"target", "logs", "dbt_packages", "__pycache__"})
"""Folders of the project that tools write; in an export every folder counts."""
LIBRARIES = (
    *("altair", "dagster", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations"),
    *("pandas", "scikit-learn", "scipy", "sqlglot"),
)
PLACES = {"CSOPS_MEMORY_LIMIT", "CSOPS_BATCH_THOUSAND_ROWS", "CSOPS_HOME", "CSOPS_SOURCES"}
"""Settings of the environment that change no number, or are looked at by themselves."""


def what_a_run_reads(settings: Settings) -> str:
    """A digest of the day, the sources and their files, the project, its libraries and settings.

    Files count by name, size and times, so that a large export is not read for it. Raises
    ConfigurationError for a sources file that can't be used.
    """
    mark = hashlib.sha256()
    for line in _lines(settings):
        mark.update(line.encode("utf-8", "surrogateescape") + b"\n")
    return mark.hexdigest()


def nothing_to_do(settings: Settings, reads: str) -> bool:
    """Whether the last success read just the same, and everything still stands as it left it."""
    file = _memory(settings)
    if not file.is_file() or not (settings.site / "index.html").is_file():
        return False
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return known == {"reads": reads, **_made(settings)}


def remember(settings: Settings, reads: str) -> None:
    """Keep what a run that succeeded had read when it began, and what it made."""
    file = _memory(settings)
    aside = file.with_suffix(".next")
    aside.write_text(json.dumps({"reads": reads, **_made(settings)}), encoding="utf-8")
    aside.replace(file)


def _memory(settings: Settings) -> Path:
    return settings.home / "last_success.json"


def _made(settings: Settings) -> dict[str, Any]:
    """The version that readers see, and the build that the warehouse holds."""
    import duckdb

    build = None
    if settings.warehouse.is_file():
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            build = connection.execute(
                "select build_id, fingerprint, audit_passed from ops.build_state "
                "order by started_at desc, build_id limit 1"
            ).fetchone()
    return {"version": current_version(settings.published), "build": list(build or [])}


def _lines(settings: Settings) -> Iterator[str]:
    yield settings.as_of.isoformat()
    for library in LIBRARIES:
        yield f"{library} {version(library)}"
    for name, value in sorted(os.environ.items()):
        if name.startswith("CSOPS_") and name not in PLACES:
            yield f"{name}={value}"
    yield _about(settings.sources_file)
    for system in load_sources(settings.sources_file).systems.values():
        yield from _files(system.folder)
    for folder in READ:
        yield from _files(settings.project / folder, LEFT_OUT)
    yield from _files(settings.home / "privacy")


def _files(folder: Path, left_out: frozenset[str] = frozenset()) -> Iterator[str]:
    """Each file in a folder, in order, in its folders and behind links too; a file is itself."""
    if folder.is_file():
        yield _about(folder)
        return
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = sorted(set(folders) - left_out)
        for name in sorted(names):
            yield _about(Path(place) / name)


def _about(file: Path) -> str:
    found = file.stat()
    return f"{file} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
