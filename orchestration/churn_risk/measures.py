"""How good a ranking or a probability is, with 95 % intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Figure:
    """A figure with its interval."""

    value: float
    lower: float
    upper: float


def auc(risks: Sequence[float], lost: Sequence[bool], z: float) -> Figure:
    """Chance that a lost one has the higher risk than a kept one (Hanley and McNeil 1982)."""
    from sklearn.metrics import roc_auc_score

    value = float(roc_auc_score(lost, risks))
    bad, good = sum(lost), len(lost) - sum(lost)
    variance = (
        value * (1 - value)
        + (bad - 1) * (value / (2 - value) - value**2)
        + (good - 1) * (2 * value**2 / (1 + value) - value**2)
    ) / (bad * good)
    half = z * math.sqrt(max(variance, 0.0))
    return Figure(value, max(value - half, 0.0), min(value + half, 1.0))


def auc_gain(
    risks: Sequence[float], others: Sequence[float], lost: Sequence[bool], z: float
) -> Figure:
    """AUC of `risks` less that of `others` on the same cases (DeLong et al. 1988)."""
    import numpy as np

    is_lost = np.asarray(lost, dtype=bool)
    placed = [_placements(np.asarray(one, dtype=float), is_lost) for one in (risks, others)]
    (bad, good), (other_bad, other_good) = placed
    value = float(bad.mean() - other_bad.mean())
    variance = (bad - other_bad).var(ddof=1) / len(bad) + (good - other_good).var(ddof=1) / len(
        good
    )
    half = z * math.sqrt(float(variance))
    return Figure(value, value - half, value + half)


def _placements(values: np.ndarray, is_lost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each lost case the share of kept ones it outranks, and for each kept one by how many."""
    bad, good = values[is_lost], values[~is_lost]
    return _outranked(good, bad) / len(good), 1 - _outranked(bad, good) / len(bad)


def _outranked(others: np.ndarray, values: np.ndarray) -> np.ndarray:
    """How many of the others are lower than each value, equal ones counted by half."""
    import numpy as np

    ordered = np.sort(others)
    lower, not_higher = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    return (lower + not_higher) / 2


def brier(risks: Sequence[float], lost: Sequence[bool], z: float) -> Figure:
    """Mean squared distance of the risk from the outcome, with a normal interval."""
    squares = [(risk - one) ** 2 for risk, one in zip(risks, lost, strict=True)]
    count = len(squares)
    value = sum(squares) / count
    variance = sum(square**2 for square in squares) / count - value**2
    half = z * math.sqrt(max(variance, 0.0) / count)
    return Figure(value, max(value - half, 0.0), value + half)
