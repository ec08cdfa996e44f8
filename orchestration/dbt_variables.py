"""The dbt vars of a run, typed and allow-listed because dbt pastes them into SQL as they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

PARSE_DAY = date(1066, 10, 14)
"""The day that dbt is parsed with: a manifest holds for every day, so its state can be kept."""


class DbtVariableError(ValueError):
    """A var that must not reach dbt; the message says which and what is allowed."""


@dataclass(frozen=True)
class DbtVariables:
    """All vars there are. Raises DbtVariableError for whatever isn't of its type or not known."""

    as_of_date: date
    systems: tuple[str, ...]
    mapped_tables: tuple[str, ...] = ()
    reporting_currency: str = "USD"
    late_renewal_grace_days: int = 90

    def __post_init__(self) -> None:
        """Refuse what isn't of its type."""
        if type(self.as_of_date) is not date:
            raise DbtVariableError(f"as_of_date: {self.as_of_date!r} is not a day")
        if not re.fullmatch("[A-Z]{3}", str(self.reporting_currency)):
            raise DbtVariableError(
                f"reporting_currency: {self.reporting_currency!r} is not a code such as USD"
            )
        days = self.late_renewal_grace_days
        if type(days) is not int or not 0 <= days <= 3660:
            raise DbtVariableError(
                f"late_renewal_grace_days: {days!r} is not a whole number of days, 0 to 3660"
            )

    def checked(self, project: Path) -> DbtVariables:
        """Itself, once every system and contract table is one that the dbt project describes."""
        _check_known("systems", self.systems, known_systems(project))
        _check_known("mapped_tables", self.mapped_tables, known_contract_tables(project))
        return self

    def for_parsing(self) -> DbtVariables:
        """The same vars for no day in particular."""
        return replace(self, as_of_date=PARSE_DAY)

    def as_json(self) -> str:
        """The text for dbt's `--vars`."""
        return json.dumps(
            {
                "as_of_date": self.as_of_date.isoformat(),
                "systems": list(self.systems),
                "mapped_tables": list(self.mapped_tables),
                "reporting_currency": self.reporting_currency,
                "late_renewal_grace_days": self.late_renewal_grace_days,
            },
            sort_keys=True,
        )


def known_systems(project: Path) -> frozenset[str]:
    """The built-in systems: those with a folder of sources in the dbt project."""
    files = (project / "dbt_project" / "models" / "staging").glob("*/_*__sources.yml")
    return frozenset(file.parent.name for file in files)


def known_contract_tables(project: Path) -> frozenset[str]:
    """The tables of the input contract: those with a YAML twin among the conformed models."""
    files = (project / "dbt_project" / "models" / "conformed").glob("[a-z]*.yml")
    return frozenset(file.stem for file in files)


def _check_known(name: str, values: tuple[str, ...], known: frozenset[str]) -> None:
    for value in values:
        if value not in known:
            names = ", ".join(sorted(known))
            raise DbtVariableError(f"{name}: {value!r} is not known; these are: {names}")
