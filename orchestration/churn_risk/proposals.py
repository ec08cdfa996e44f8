"""Health weights that past renewals speak for, beside those in force, with the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.churn_risk.cases import Case, FitSettings, WeightSet
from orchestration.churn_risk.measures import Figure, auc, auc_gain
from orchestration.churn_risk.model import grade_effects
from orchestration.churn_risk.split import Split, shortage
from orchestration.health_policy import INPUTS

PLACES = 2


@dataclass(frozen=True)
class Proposal:
    """Weights proposed for one set; in the order of INPUTS, empty when there is too little."""

    current: WeightSet
    status: str
    status_text: str
    train: tuple[Case, ...]
    test: tuple[Case, ...]
    evidence: tuple[float, ...] = ()
    proposed: tuple[float, ...] = ()
    current_auc: float | None = None
    proposed_auc: float | None = None
    gain: Figure | None = None

    def rows(self) -> list[dict[str, object]]:
        """One row per input, in the columns of fct_health_weight_proposals but for run_id."""
        return [
            {
                "segment": self.current.segment,
                "lifecycle_stage": self.current.lifecycle_stage,
                "input_id": name,
                "status": self.status,
                "status_text": self.status_text,
                "train_renewals": len(self.train),
                "train_lost": sum(case.is_lost for case in self.train),
                "test_renewals": len(self.test),
                "test_lost": sum(case.is_lost for case in self.test),
                "current_weight": self.current.weights[number],
                "evidence_weight": self.evidence[number] if self.evidence else None,
                "proposed_weight": self.proposed[number] if self.proposed else None,
                "current_auc": self.current_auc,
                "proposed_auc": self.proposed_auc,
                "auc_gain_lower_95": None if self.gain is None else round(self.gain.lower, 6),
                "auc_gain_upper_95": None if self.gain is None else round(self.gain.upper, 6),
            }
            for number, name in enumerate(INPUTS)
        ]


def proposals(
    split: Split, sets: Sequence[WeightSet], strength: float, settings: FitSettings
) -> list[Proposal]:
    """A proposal for each set of weights; the set `all` learns from every account."""
    return [_proposal(split, one, strength, settings) for one in sets]


def _proposal(split: Split, current: WeightSet, strength: float, settings: FitSettings) -> Proposal:
    train = tuple(case for case in split.train if current.holds(case))
    test = tuple(case for case in split.test if current.holds(case))
    lacks = shortage(train, settings.churn_risk_min_lost)
    if lacks:
        return Proposal(current, "insufficient_outcomes", lacks, train, test)
    effects = grade_effects(train, strength)
    if not sum(effects):
        text = "no input lowers the risk: the weights stay"
        return Proposal(current, "no_signal", text, train, test)
    evidence = tuple(effect / sum(effects) for effect in effects)
    lost = sum(case.is_lost for case in train)
    trust = lost / (lost + settings.proposal_prior_lost)
    proposed = rounded_shares(
        [
            trust * new + (1 - trust) * old
            for new, old in zip(evidence, current.weights, strict=True)
        ]
    )
    judged = _judged(test, current.weights, proposed, settings)
    return Proposal(
        current,
        "proposed",
        f"learned from {len(train)} renewals, {lost} of them lost",
        train,
        test,
        tuple(round(share, 4) for share in evidence),
        proposed,
        *judged,
    )


def _judged(
    test: Sequence[Case], current: Sequence[float], new: Sequence[float], settings: FitSettings
) -> tuple[float | None, float | None, Figure | None]:
    lost = [case.is_lost for case in test]
    if min(sum(lost), len(lost) - sum(lost)) < settings.validation_min_events:
        return None, None, None
    z = settings.confidence_z
    before = [-weighted_score(case, current) for case in test]
    after = [-weighted_score(case, new) for case in test]
    return (
        round(auc(before, lost, z).value, 6),
        round(auc(after, lost, z).value, 6),
        auc_gain(after, before, lost, z),
    )


def weighted_score(case: Case, weights: Sequence[float]) -> float:
    """The score of a case with these weights: unknown inputs are left out, the others weigh more.

    50, which says nothing, where no input that weighs something is known.
    """
    known = [
        (weight, grade)
        for weight, grade in zip(weights, case.grades, strict=True)
        if grade is not None
    ]
    total = sum(weight for weight, _ in known)
    return sum(weight * grade for weight, grade in known) / total if total else 50.0


def rounded_shares(shares: Sequence[float]) -> tuple[float, ...]:
    """Shares rounded so that they still sum to 1: the largest remainders are rounded up."""
    unit = 10**PLACES
    floors = [int(share * unit + 1e-9) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda n: (floors[n] - shares[n] * unit, n))
    for number in by_rest[: unit - sum(floors)]:
        floors[number] += 1
    return tuple(floor / unit for floor in floors)
