"""What a new version has that the one before lacks: whole marts, and days of large ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestration.publication.before import Before
from orchestration.publication.parts import Parts
from orchestration.publication.versions import Manifest


@dataclass(frozen=True)
class Changes:
    """What the version before lacks: marts that go, that are written whole, days of large ones."""

    gone: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    days: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def since(cls, before: Before, new: Manifest, parts: Mapping[str, Parts]) -> Changes:
        """By the fingerprints of both versions, whose policy is the same."""
        found = cls(gone=sorted(before.manifest.tables.keys() - new.tables.keys()))
        for table, now in new.tables.items():
            then = before.manifest.tables.get(table)
            by_day = (before.parts.get(table), parts.get(table))
            if then == now:
                continue
            if then and then.columns == now.columns and (days := _days(*by_day)) is not None:
                found.days[table] = days
            else:
                found.whole.append(table)
        return found


def _days(before: Parts | None, now: Parts | None) -> list[str] | None:
    """The days to write, unless they are most of the mart."""
    if before is None or now is None or before.column != now.column:
        return None
    days = now.changed_since(before)
    rows = sum(now.days[day][0] for day in days if day in now.days)
    return days if days and 2 * rows < now.total()[0] else None
