"""Past renewals made by a known law, for tests of what the churn-risk fit makes of them."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

from orchestration.churn_risk.cases import Case, FitSettings, WeightSet

GRACE = timedelta(days=90)
EVEN = WeightSet("all", "all", (0.2, 0.2, 0.2, 0.2, 0.2))
SETTINGS = FitSettings(
    churn_risk_horizon_days=90,
    churn_risk_min_lost=30,
    churn_risk_test_share=0.3,
    validation_min_events=30,
    proposal_prior_lost=100,
    confidence_z=1.959964,
)


def case(number: int, due: date, is_lost: bool, grades: tuple[float | None, ...], **more) -> Case:
    return Case(
        account_id=f"a{number}",
        contract_id=f"c{number}",
        segment=more.get("segment", "smb"),
        lifecycle_stage="customer",
        score=more.get("score", 50.0),
        is_lost=is_lost,
        due=due,
        known=due + GRACE,
        grades=grades,
    )


def renewals(count: int, seed: int, effect: float = 0.05, missing: float = 0.1) -> list[Case]:
    """One renewal a day; a point of usage lowers the log-odds of a loss by `effect`, sentiment by
    half of it, the other inputs do nothing."""
    draw = random.Random(seed)
    made = []
    for number in range(count):
        grades = [draw.uniform(20, 100) for _ in range(5)]
        log_odds = -0.8 - effect * (grades[0] - 60) - effect / 2 * (grades[3] - 60)
        is_lost = draw.random() < 1 / (1 + math.exp(-log_odds))
        known = tuple(None if draw.random() < missing else grade for grade in grades)
        due = date(2020, 1, 1) + timedelta(days=number)
        made.append(case(number, due, is_lost, known, score=sum(grades) / 5))
    return made
