"""Health weights tuned on past renewals: never negative, and drawn towards those that ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.machine import ROOT
from orchestration.health_policy import INPUTS

REFERENCE = ROOT / "seeds" / "reference"


@dataclass(frozen=True)
class Weights:
    """Measure weights by input and measure, and input weights by segment."""

    measures: Mapping[str, Mapping[str, float]]
    inputs: Mapping[str, Mapping[str, float]]

    @classmethod
    def shipped(cls) -> Weights:
        """The weights of seeds/reference; of the stages only `all`."""
        measures = pd.read_csv(REFERENCE / "health_measure_weights.csv")
        inputs = pd.read_csv(REFERENCE / "health_weights.csv").query("lifecycle_stage == 'all'")
        return cls(
            {name: dict(zip(part["measure_id"], part["measure_weight"], strict=True))
             for name, part in measures.groupby("input_id")},
            {name: dict(zip(part["input_id"], part["weight"], strict=True))
             for name, part in inputs.groupby("segment")},
        )  # fmt: skip


def scored(table: pd.DataFrame, weights: Weights) -> pd.Series:
    """The score of each renewal with these weights; unknown parts are left out."""
    grades = _input_grades(table, weights)
    shares = np.array(
        [
            [weights.inputs.get(segment, weights.inputs["all"])[name] for name in INPUTS]
            for segment in table["segment"]
        ]
    )
    known = grades.notna().to_numpy() * shares
    return pd.Series((grades.fillna(0).to_numpy() * known).sum(axis=1) / known.sum(axis=1))


def tuned(table: pd.DataFrame, prior: Weights, share: float) -> Weights:
    """Weights that are `share` evidence and the rest `prior`.

    The evidence is a ridge logistic regression of the loss on the grades that may only say "worse
    grade, more risk": of all measures together for the weights within inputs, then of the inputs
    by segment.
    """
    lost = table["is_lost"].to_numpy(dtype=float)
    names = [measure for name in INPUTS for measure in prior.measures[name]]
    grades = table.reindex(columns=names)
    effects = dict(zip(names, _effects(grades.fillna(grades.mean()), lost), strict=True))
    measures = {
        name: _mixed(part, [effects[measure] for measure in part], share)
        for name, part in prior.measures.items()
    }
    known = _input_grades(table, Weights(measures, prior.inputs))
    known = known.fillna(known.mean()).set_axis(table.index)
    inputs = {}
    for segment, part in prior.inputs.items():
        chosen = (table["segment"] == segment).to_numpy() | (segment == "all")
        found = _effects(known[chosen], lost[chosen])
        effect = dict(zip(INPUTS, found, strict=True))
        inputs[segment] = _mixed(part, [effect[name] for name in part], share)
    return Weights(measures, inputs)


def _input_grades(table: pd.DataFrame, weights: Weights) -> pd.DataFrame:
    grades = {}
    for name in INPUTS:
        part = weights.measures[name]
        values = table.reindex(columns=list(part))
        known = values.notna().to_numpy() * np.array(list(part.values()))
        total = known.sum(axis=1)
        # input_min_weight: less than that doesn't speak for the whole input
        enough = total >= 0.4 - 1e-9
        mean = (values.fillna(0).to_numpy() * known).sum(axis=1) / np.where(total > 0, total, 1)
        grades[name] = np.where(enough, mean, np.nan)
    return pd.DataFrame(grades)


def _mixed(prior: Mapping[str, float], effects: Sequence[float], share: float) -> dict[str, float]:
    total = sum(effects)
    evidence = [one / total for one in effects] if total else list(prior.values())
    return {
        name: share * new + (1 - share) * old
        for (name, old), new in zip(prior.items(), evidence, strict=True)
    }


def _effects(grades: pd.DataFrame, lost: np.ndarray, ridge: float = 5.0) -> np.ndarray:
    from scipy.optimize import minimize

    badness = (100 - grades.to_numpy(dtype=float)) / 100
    weight = np.where(lost == 1, len(lost) / (2 * lost.sum()), len(lost) / (2 * (1 - lost).sum()))

    def loss(parts: np.ndarray) -> tuple[float, np.ndarray]:
        margin = parts[0] + badness @ parts[1:]
        error = weight * (1 / (1 + np.exp(-margin)) - lost)
        value = (weight * (np.logaddexp(0, margin) - lost * margin)).sum()
        slope = np.r_[error.sum(), badness.T @ error + 2 * ridge * parts[1:]]
        return value + ridge * (parts[1:] ** 2).sum(), slope

    bounds = [(None, None)] + [(0, None)] * badness.shape[1]
    return minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds).x[1:]
