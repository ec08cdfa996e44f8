"""One run of the fit: read, split, fit, test, propose; written down once for the same data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from orchestration.churn_risk import records
from orchestration.churn_risk.cases import (
    Case,
    FitSettings,
    WeightSet,
    data_hash,
    fit_settings,
    past_renewals,
    weight_sets,
)
from orchestration.churn_risk.measures import auc, brier
from orchestration.churn_risk.model import CLASS_WEIGHT, PROCEDURE, Model, fit
from orchestration.churn_risk.proposals import Proposal, proposals
from orchestration.churn_risk.split import Split, out_of_time

if TYPE_CHECKING:
    import duckdb

ID_LENGTH = 12


@dataclass(frozen=True)
class Run:
    """What a fit found: the row of the run, its model (None without one) and its proposals."""

    row: dict[str, object]
    model: Model | None
    proposals: tuple[Proposal, ...]

    @property
    def run_id(self) -> str:
        """The first characters of the hash of what it read."""
        return str(self.row["run_id"])


def fitted_run(connection: duckdb.DuckDBPyConnection, as_of: date) -> tuple[str, bool]:
    """Fit on the build's past renewals and write it down; (run id, whether it is new).

    Data that has been fitted before isn't fitted again.
    """
    cases, settings = past_renewals(connection), fit_settings(connection)
    sets = weight_sets(connection, as_of)
    digest = data_hash(cases, settings, sets, PROCEDURE)
    run_id = digest[:ID_LENGTH]
    if records.is_recorded(connection, run_id):
        return run_id, False
    found = run(cases, settings, sets, digest)
    records.write_run(connection, found.row, found.model, found.proposals)
    return run_id, True


def run(
    cases: Sequence[Case], settings: FitSettings, sets: Sequence[WeightSet], digest: str
) -> Run:
    """The whole fit of these cases, or why there is none. `digest` is their hash."""
    split = out_of_time(cases, settings)
    row: dict[str, object] = {
        "run_id": digest[:ID_LENGTH],
        "status": "insufficient_outcomes",
        "status_text": split.shortage,
        "data_hash": digest,
        "class_weight": CLASS_WEIGHT,
        "horizon_days": settings.churn_risk_horizon_days,
        "needed_lost": settings.churn_risk_min_lost,
        "known_to_date": max((case.known for case in cases), default=None),
        **_described(split),
    }
    if split.shortage:
        return Run(row, None, ())
    model = fit(split.train)
    row |= {"regularisation": model.regularisation, "library_version": _library_version()}
    if not model.has_signal:
        text = "no signal: worse grades did not go with more losses, so there is no model"
        return Run(row | {"status": "no_signal", "status_text": text}, None, ())
    row |= {
        "status": "fitted",
        "status_text": f"fitted on {len(split.train)} renewals and tested on {len(split.test)}",
        "intercept": model.intercept,
        "calibration_slope": model.calibration_slope,
        "calibration_intercept": model.calibration_intercept,
        **_tested(split, model, settings),
    }
    return Run(row, model, tuple(proposals(split, sets, model.regularisation, settings)))


def _described(split: Split) -> dict[str, object]:
    described: dict[str, object] = {"split_date": split.split_date}
    for name, cases in (("train", split.train), ("test", split.test)):
        described[f"{name}_renewals"] = len(cases)
        described[f"{name}_lost"] = sum(case.is_lost for case in cases)
    if split.train:
        first = split.train[0]
        described |= {
            "learned_from_contract_id": first.contract_id,
            "learned_from_end_date": first.due,
            "first_train_date": first.due,
            "last_train_date": split.train[-1].due,
            "learned_to_date": max(case.known for case in split.train),
        }
    if split.test:
        described["last_test_date"] = split.test[-1].due
    return described


def _tested(split: Split, model: Model, settings: FitSettings) -> dict[str, object]:
    """The figures of the test period, which holds enough of both outcomes by its making."""
    lost = [case.is_lost for case in split.test]
    risks = [model.risk(case) for case in split.test]
    z = settings.confidence_z
    rate = sum(case.is_lost for case in split.train) / len(split.train)
    ranking, distance = auc(risks, lost, z), brier(risks, lost, z)
    figures = {
        "auc": ranking.value,
        "auc_lower_95": ranking.lower,
        "auc_upper_95": ranking.upper,
        "brier": distance.value,
        "brier_lower_95": distance.lower,
        "brier_upper_95": distance.upper,
        "base_rate_brier": brier([rate] * len(lost), lost, z).value,
        "score_auc": auc([-case.score for case in split.test], lost, z).value,
    }
    return {name: round(figure, 6) for name, figure in figures.items()}


def _library_version() -> str:
    from importlib.metadata import version

    return version("scikit-learn")
