"""The ownership map (`seeds/reference/ownership.csv`): who answers for what."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

KINDS = ("source", "field", "model", "metric", "playbook")
ANY = "*"


@dataclass(frozen=True)
class Owner:
    """The team that answers for a thing, and the team that looks after it day by day."""

    team: str
    steward: str


@dataclass(frozen=True)
class Ownership:
    """Owners by kind, scope and name; the name `*` stands for all others of its scope."""

    owners: Mapping[tuple[str, str, str], Owner]

    def owner(self, kind: str, scope: str, name: str) -> Owner | None:
        """The owner of a thing by its own line, else by that of its scope."""
        return self.owners.get((kind, scope, name)) or self.owners.get((kind, scope, ANY))


@cache
def ownership(reference: Path) -> Ownership:
    """The map in `seeds/reference`; of several lines for one thing the newest counts.

    Raises ValueError for a kind that isn't one.
    """
    owners: dict[tuple[str, str, str], Owner] = {}
    with (reference / "ownership.csv").open(encoding="utf-8", newline="") as lines:
        for row in sorted(csv.DictReader(lines), key=lambda row: row["valid_from"]):
            if row["kind"] not in KINDS:
                raise ValueError(f"ownership.csv: {row['kind']!r} is none of {', '.join(KINDS)}")
            key = (row["kind"], row["scope"], row["name"])
            owners[key] = Owner(row["owner_team"], row["steward_team"])
    return Ownership(owners)
