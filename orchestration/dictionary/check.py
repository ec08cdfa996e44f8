"""Whether every declared metric has an owner, an entry and a version, told in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from orchestration.dictionary.definitions import Definition
from orchestration.dictionary.reviewed_files import REGISTER, VERSIONS, ReviewedFiles, Version
from orchestration.ownership import Ownership

FOLDER = "seeds/reference"
HOW = "docs/governance.md, 'Changing a definition'"


def dictionary_faults(
    declared: Mapping[str, Definition], files: ReviewedFiles, ownership: Ownership
) -> list[str]:
    """Each fault with the metric, the file and the remedy; an empty list where all is well."""
    return [
        *_entry_faults(declared, files, ownership),
        *_version_faults(declared, files),
        *_stray_faults(declared, files),
    ]


def _entry_faults(
    declared: Mapping[str, Definition], files: ReviewedFiles, ownership: Ownership
) -> Iterator[str]:
    for name, definition in declared.items():
        old = files.superseded(name)
        if old is None and name not in files.register:
            yield (
                f"{name} ({definition.file}) has no entry: add a line for it to "
                f"{FOLDER}/{REGISTER} (unit, caveat, since when, reviewed by whom)"
            )
        subject = old[0] if old else name
        if not any(ownership.owner("metric", group, subject) for group in definition.groups):
            yield (
                f"{name} ({definition.file}) has no owner: add a line "
                f"metric,{definition.groups[0]},* to {FOLDER}/ownership.csv"
            )


def _version_faults(declared: Mapping[str, Definition], files: ReviewedFiles) -> Iterator[str]:
    for name, definition in declared.items():
        if files.superseded(name):
            continue
        versions = files.versions.get(name, ())
        if not versions:
            yield (
                f"{name} ({definition.file}) has no version: add its first to {FOLDER}/{VERSIONS}, "
                f"fingerprint {definition.fingerprint}"
            )
            continue
        newest = versions[-1]
        if newest.fingerprint != definition.fingerprint:
            yield (
                f"the definition of {name} ({definition.file}) has changed: version "
                f"{newest.number} is {newest.fingerprint}, what is declared is "
                f"{definition.fingerprint}. Undo the change, or add version {newest.number + 1} "
                f"with fingerprint {definition.fingerprint}, effective date, reason and approver "
                f"to {FOLDER}/{VERSIONS} and keep the old definition as the metric "
                f"{name}_v{newest.number} ({HOW})"
            )
        yield from _row_faults(versions)
        yield from _overlap_faults(name, versions, declared)


def _row_faults(versions: tuple[Version, ...]) -> Iterator[str]:
    for expected, version in enumerate(versions, start=1):
        where = f"{FOLDER}/{VERSIONS} line {version.line} ({version.metric})"
        if version.number != expected:
            yield f"{where}: version {version.number} follows {expected - 1}; number them in a row"
        if not version.approver or not _is_day(version.approved_on):
            yield f"{where}: say who approved version {version.number} and on which day"
        if not version.reason or not _is_day(version.effective_from):
            yield f"{where}: say why, and from which day version {version.number} counts"
        previous = versions[expected - 2] if expected > 1 else None
        if previous and previous.effective_from >= version.effective_from:
            yield (
                f"{where}: version {version.number} must count from a later day than "
                f"{previous.effective_from}"
            )


def _overlap_faults(
    name: str, versions: tuple[Version, ...], declared: Mapping[str, Definition]
) -> Iterator[str]:
    if len(versions) < 2:
        return
    before = versions[-2]
    kept = declared.get(f"{name}_v{before.number}")
    if kept is None:
        yield (
            f"version {before.number} of {name} can't be computed any more: declare it as the "
            f"metric {name}_v{before.number} in {declared[name].file} ({HOW})"
        )
    elif kept.fingerprint != before.fingerprint:
        yield (
            f"{kept.name} ({kept.file}) isn't version {before.number} of {name}: its fingerprint "
            f"is {kept.fingerprint}, that of {FOLDER}/{VERSIONS} line {before.line} is "
            f"{before.fingerprint}"
        )


def _stray_faults(declared: Mapping[str, Definition], files: ReviewedFiles) -> Iterator[str]:
    for file, names in ((REGISTER, files.register), (VERSIONS, files.versions)):
        for name in sorted(set(names) - declared.keys()):
            yield f"{FOLDER}/{file}: {name} is declared in no semantic model; take its lines out"


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
