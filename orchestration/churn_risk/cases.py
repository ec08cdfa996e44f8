"""What the churn-risk model learns from: past renewals with the grades of so many days before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestration.health_policy import INPUTS

if TYPE_CHECKING:
    import duckdb

_QUERY = """
select account_id, contract_id, segment, lifecycle_stage, raw_score, is_lost, due_date, known_date,
    {grades}
from intermediate.int_churn_risk_cases
group by all
order by due_date, account_id, contract_id
"""


@dataclass(frozen=True)
class Case:
    """A past renewal. `grades` (0-100, None: unknown) are in the order of INPUTS."""

    account_id: str
    contract_id: str
    segment: str | None
    lifecycle_stage: str | None
    score: float
    is_lost: bool
    due: date
    known: date
    grades: tuple[float | None, ...]


@dataclass(frozen=True)
class FitSettings:
    """How much the fit needs and keeps back; rows of health_settings.csv."""

    churn_risk_horizon_days: int
    churn_risk_min_lost: int
    churn_risk_test_share: float
    validation_min_events: int
    proposal_prior_lost: float
    confidence_z: float


@dataclass(frozen=True)
class WeightSet:
    """The health weights in force for a segment and stage; `weights` are in the order of INPUTS."""

    segment: str
    lifecycle_stage: str
    weights: tuple[float, ...]

    def holds(self, case: Case) -> bool:
        """Whether the set is for accounts like this one."""
        return self.segment in ("all", case.segment) and self.lifecycle_stage in (
            "all",
            case.lifecycle_stage,
        )


def past_renewals(connection: duckdb.DuckDBPyConnection) -> list[Case]:
    """Every past renewal whose outcome is final, by due date."""
    grades = ", ".join(
        f"max(case when input_id = '{name}' then cast(input_grade as double) end)"
        for name in INPUTS
    )
    return [
        Case(row[0], row[1], row[2], row[3], float(row[4]), bool(row[5]), row[6], row[7], row[8:])
        for row in connection.execute(_QUERY.format(grades=grades)).fetchall()
    ]


def fit_settings(connection: duckdb.DuckDBPyConnection) -> FitSettings:
    """The settings of the fit, from the reference tables of the build."""
    found = dict(
        connection.execute(
            "select setting_id, cast(setting_value as double) from reference.health_settings"
        ).fetchall()
    )
    chosen = {name: found[name] for name in FitSettings.__dataclass_fields__}
    whole = ("churn_risk_horizon_days", "churn_risk_min_lost", "validation_min_events")
    return FitSettings(**(chosen | {name: round(chosen[name]) for name in whole}))


def weight_sets(connection: duckdb.DuckDBPyConnection, day: date) -> list[WeightSet]:
    """The sets of health weights in force on a day: each set's newest version of that day."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    rows = connection.execute(
        "select segment, lifecycle_stage, input_id, cast(weight as double) "
        "from reference.health_weights where valid_from <= ? order by valid_from",
        [day],
    )
    for segment, stage, name, weight in rows.fetchall():
        found.setdefault((segment, stage), {})[name] = weight
    return [
        WeightSet(segment, stage, tuple(weights.get(name, 0.0) for name in INPUTS))
        for (segment, stage), weights in sorted(found.items())
    ]


def data_hash(
    cases: Sequence[Case], settings: FitSettings, sets: Sequence[WeightSet], procedure: str
) -> str:
    """SHA-256 of all that decides what the fit finds; the same hash means the same fit."""
    whole = [procedure, asdict(settings), *map(asdict, sets), *map(asdict, cases)]
    return hashlib.sha256(json.dumps(whole, default=str, sort_keys=True).encode()).hexdigest()
