"""Where one run reads from, writes to, and which day it is run for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
DEFAULT_HOME = PROJECT / ".csops"
DEFAULT_SOURCES = PROJECT / "sources.yml"


class SettingsError(ValueError):
    """A setting that a person has to mend; the message says which, where and how."""


@dataclass(frozen=True)
class Settings:
    """One run's places and day. `as_of` is a UTC calendar day; all paths are absolute."""

    home: Path
    sources_file: Path
    as_of: date
    project: Path = PROJECT

    @property
    def warehouse(self) -> Path:
        """The private DuckDB file that a run builds in; never opened by readers."""
        return self.home / "warehouse" / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """The folder of published versions, with `current.duckdb` pointing at the last one."""
        return self.home / "published"

    @property
    def site(self) -> Path:
        """The static site of the last published version; open its index.html."""
        return self.home / "site"

    @property
    def reports(self) -> Path:
        """The dated reports of the governance calendar, one file a duty and period."""
        return self.home / "reports"

    @property
    def proposals(self) -> Path:
        """What the churn-risk runs propose, one file a run, for a person to read."""
        return self.home / "proposals"

    @property
    def dagster_home(self) -> Path:
        """DAGSTER_HOME of this place: run history, schedules, asset events."""
        return self.home / "dagster"

    @property
    def dbt_target(self) -> Path:
        """dbt's target folder: manifest, compiled SQL, partial-parse state."""
        return self.home / "dbt"

    @property
    def lock_file(self) -> Path:
        """Held by the one run that may write to this home."""
        return self.home / "run.lock"

    @classmethod
    def from_environment(
        cls,
        home: str | Path | None = None,
        sources: str | Path | None = None,
        as_of: str | date | None = None,
    ) -> Settings:
        """Settings from arguments, else CSOPS_HOME, CSOPS_SOURCES, CSOPS_AS_OF, else the defaults.

        Without an as-of day the sources file's `as_of_date` counts, and without that today (UTC).
        Raises SettingsError for a date that isn't one or a sources file that can't be read.
        """
        sources_file = Path(sources or os.environ.get("CSOPS_SOURCES") or DEFAULT_SOURCES)
        sources_file = sources_file.expanduser().resolve()
        home_path = Path(home or os.environ.get("CSOPS_HOME") or DEFAULT_HOME)
        day = as_of or os.environ.get("CSOPS_AS_OF") or _configured_day(sources_file)
        return cls(
            home=home_path.expanduser().resolve(),
            sources_file=sources_file,
            as_of=_as_date(day, "as-of day") if day else datetime.now(UTC).date(),
        )


def _configured_day(sources_file: Path) -> date | str | None:
    if not sources_file.is_file():
        return None
    try:
        content = yaml.safe_load(sources_file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{sources_file}: not readable as YAML: {error}") from error
    return content.get("as_of_date") if isinstance(content, dict) else None


def _as_date(value: str | date, what: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SettingsError(
            f"{what} {value!r} is not a day; write it as YYYY-MM-DD, for example 2026-06-30"
        ) from error
