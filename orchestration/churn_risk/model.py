"""The fit: a ridge logistic regression on the five input grades, calibrated after Platt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.churn_risk.cases import Case
from orchestration.health_policy import INPUTS

CLASS_WEIGHT = "balanced"
STRENGTHS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
FOLDS = 5
PROCEDURE = f"ridge logistic, {CLASS_WEIGHT}, C in {STRENGTHS}, Platt over {FOLDS} blocks, v2"
"""What the fit does, in a line: it is hashed with the data, so that a new procedure fits anew."""


@dataclass(frozen=True)
class Coefficient:
    """One input of the model. `coefficient` is per point of the grade, before calibration."""

    input_id: str
    renewals: int
    mean_grade: float
    grade_deviation: float
    coefficient: float

    @property
    def standard_coefficient(self) -> float:
        """The change of the log-odds by one standard deviation of the grade."""
        return round(self.coefficient * self.grade_deviation, 8)


@dataclass(frozen=True)
class Model:
    """A fitted and calibrated model, in the rounded numbers that are written down and used."""

    regularisation: float
    intercept: float
    calibration_slope: float
    calibration_intercept: float
    coefficients: tuple[Coefficient, ...]

    @property
    def has_signal(self) -> bool:
        """Whether what it says of cases that it hasn't seen points the right way."""
        return self.calibration_slope > 0 and any(c.coefficient < 0 for c in self.coefficients)

    def risk(self, case: Case) -> float:
        """Calibrated probability that the renewal is lost; as the SQL computes it."""
        margin = self.intercept + sum(
            part.coefficient * (grade - part.mean_grade)
            for part, grade in zip(self.coefficients, case.grades, strict=True)
            if grade is not None
        )
        return 1 / (1 + math.exp(-(self.calibration_intercept + self.calibration_slope * margin)))


def fit(train: Sequence[Case]) -> Model:
    """Choose the penalty, fit and calibrate, all inside the training period.

    `train` is in the order of due dates and holds both outcomes. An input whose better grades went
    with more losses is left out (coefficient 0): nobody could act on that. Nothing is random.
    """
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import KFold

    features, lost = _arrays(train)
    strength = _best_strength(train)
    kept = _sensible_inputs(features, lost, strength)
    if not kept:
        return Model(strength, 0.0, 0.0, 0.0, ())
    # Blocks of time, not random ones: renewals of one quarter resemble each other.
    calibrated = CalibratedClassifierCV(
        _regression(strength), method="sigmoid", cv=KFold(FOLDS), ensemble=False
    ).fit(features[:, kept], lost)
    [parts] = calibrated.calibrated_classifiers_
    [curve] = parts.calibrators
    regression = parts.estimator.steps[-1][1]
    effects = dict(zip(kept, _per_point(parts.estimator), strict=True))
    return Model(
        regularisation=strength,
        intercept=round(float(regression.intercept_[0]), 8),
        calibration_slope=round(-float(curve.a_), 8),
        calibration_intercept=round(-float(curve.b_), 8),
        coefficients=tuple(
            _coefficient(name, [case.grades[number] for case in train], effects.get(number, 0.0))
            for number, name in enumerate(INPUTS)
        ),
    )


def grade_effects(train: Sequence[Case], strength: float) -> tuple[float, ...]:
    """By how much a point of each input lowers the log-odds of a loss; 0 where it doesn't."""
    features, lost = _arrays(train)
    kept = _sensible_inputs(features, lost, strength)
    if not kept:
        return (0.0,) * len(INPUTS)
    found = _per_point(_regression(strength).fit(features[:, kept], lost))
    effects = dict(zip(kept, found, strict=True))
    return tuple(max(-effects.get(number, 0.0), 0.0) for number in range(len(INPUTS)))


def _sensible_inputs(features: Any, lost: Any, strength: float) -> list[int]:
    """The inputs whose better grades go with fewer losses; the worst other one goes first."""
    kept = list(range(features.shape[1]))
    while kept:
        effects = _per_point(_regression(strength).fit(features[:, kept], lost))
        if max(effects) <= 0:
            return kept if min(effects) < 0 else []
        del kept[effects.index(max(effects))]
    return kept


def _per_point(pipeline: Any) -> list[float]:
    """The coefficients of a fitted pipeline, by one point of the grade."""
    _, scale, regression = (step for _, step in pipeline.steps)
    return [float(value) for value in regression.coef_[0] / scale.scale_]


def _coefficient(name: str, grades: Sequence[float | None], effect: float) -> Coefficient:
    known = [grade for grade in grades if grade is not None]
    mean = sum(known) / len(known) if known else 0.0
    spread = sum((grade - mean) ** 2 for grade in known) / len(known) if known else 0.0
    return Coefficient(
        name, len(known), round(mean, 4), round(math.sqrt(spread), 4), round(effect, 8)
    )


def _best_strength(train: Sequence[Case]) -> float:
    """The penalty that foretells best the next block of renewals from those final before it."""
    from sklearn.metrics import log_loss

    losses = dict.fromkeys(STRENGTHS, 0.0)
    for earlier, later in _time_folds(train):
        features, lost = _arrays(later)
        for strength in STRENGTHS:
            fitted = _regression(strength).fit(*_arrays(earlier))
            risks = fitted.predict_proba(features)[:, 1]
            share = sum(lost) / len(lost)
            weight = [0.5 / share if one else 0.5 / (1 - share) for one in lost]
            losses[strength] += log_loss(lost, risks, sample_weight=weight, labels=[False, True])
    return min(STRENGTHS, key=lambda strength: (round(losses[strength], 9), strength))


def _time_folds(train: Sequence[Case]) -> Iterator[tuple[list[Case], list[Case]]]:
    """Blocks in the order of due dates, each with the cases that were final before it began."""
    size = len(train) / FOLDS
    for number in range(1, FOLDS):
        later = list(train[round(number * size) : round((number + 1) * size)])
        earlier = [case for case in train if later and case.known < later[0].due]
        if all(len({case.is_lost for case in part}) > 1 for part in (earlier, later)):
            yield earlier, later


def _regression(strength: float) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(
            C=strength, class_weight=CLASS_WEIGHT, solver="newton-cholesky", tol=1e-10
        ),
    )


def _arrays(cases: Sequence[Case]) -> tuple[Any, Any]:
    import numpy as np

    grades = [[math.nan if grade is None else grade for grade in case.grades] for case in cases]
    return np.array(grades, dtype=float), np.array([case.is_lost for case in cases])
