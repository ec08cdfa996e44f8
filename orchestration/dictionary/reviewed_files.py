"""The reviewed files of the dictionary: who answers for a metric, and which versions it had."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REGISTER = "metric_register.csv"
VERSIONS = "metric_versions.csv"
_OLD = re.compile(r"(?P<name>\w+)_v(?P<version>\d+)")


@dataclass(frozen=True)
class Version:
    """One version of a definition; `line` is its line in the file."""

    metric: str
    number: int
    fingerprint: str
    effective_from: str
    reason: str
    approver: str
    approved_on: str
    line: int


@dataclass(frozen=True)
class ReviewedFiles:
    """The register by metric, and each metric's versions, oldest first."""

    register: Mapping[str, Mapping[str, str]]
    versions: Mapping[str, tuple[Version, ...]]

    def superseded(self, name: str) -> tuple[str, int] | None:
        """Of `nrr_v1`, a definition that a newer one took the place of, `("nrr", 1)`."""
        match = _OLD.fullmatch(name)
        if not match or match["name"] not in self.versions:
            return None
        return match["name"], int(match["version"])


def reviewed_files(reference: Path) -> ReviewedFiles:
    """The files in `seeds/reference`. Raises KeyError for a column that is missing."""
    register = {row["metric_name"]: row for row, _ in _rows(reference / REGISTER)}
    versions: dict[str, list[Version]] = {}
    for row, line in _rows(reference / VERSIONS):
        version = Version(
            metric=row["metric_name"],
            number=int(row["version"]),
            fingerprint=row["fingerprint"],
            effective_from=row["valid_from"],
            reason=row["reason"],
            approver=row["approver"],
            approved_on=row["approved_on"],
            line=line,
        )
        versions.setdefault(version.metric, []).append(version)
    ordered = {
        metric: tuple(sorted(entries, key=lambda entry: entry.number))
        for metric, entries in versions.items()
    }
    return ReviewedFiles(register, ordered)


def _rows(path: Path) -> list[tuple[dict[str, str], int]]:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        return [(row, reader.line_num) for row in reader]
