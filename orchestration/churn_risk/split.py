"""The out-of-time split: what was final before the first test renewal was due, and the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.churn_risk.cases import Case, FitSettings


@dataclass(frozen=True)
class Split:
    """Cases to learn from and to test on; `shortage` says what lacks, or is empty.

    Every outcome of `train` was final before `split_date`, the first due date of `test`. Cases
    between them, whose outcome was still open on that day, are left out.
    """

    train: tuple[Case, ...]
    test: tuple[Case, ...]
    split_date: date | None
    shortage: str = ""


def out_of_time(cases: Sequence[Case], settings: FitSettings) -> Split:
    """Keep back the newest renewals: the fewest whole days that hold enough of both outcomes."""
    lost = sum(case.is_lost for case in cases)
    minimum = settings.validation_min_events
    wanted = max(minimum, math.ceil(settings.churn_risk_test_share * lost))
    needed = settings.churn_risk_min_lost
    start = _test_start(cases, wanted, minimum)
    if start is None:
        return Split((), (), None, f"insufficient outcomes: {lost} of {needed + wanted} needed")
    train = tuple(case for case in cases if case.known < start)
    test = tuple(case for case in cases if case.due >= start)
    return Split(train, test, start, shortage(train, needed))


def shortage(cases: Sequence[Case], needed: int) -> str:
    """What cases lack to be learned from, in words; empty if nothing."""
    lost = sum(case.is_lost for case in cases)
    kept = len(cases) - lost
    if lost < needed:
        return f"insufficient outcomes: {lost} of {needed} needed"
    if kept < needed:
        return f"insufficient outcomes: {kept} of {needed} renewals kept needed"
    return ""


def _test_start(cases: Sequence[Case], lost_wanted: int, kept_wanted: int) -> date | None:
    lost = kept = 0
    for case in sorted(cases, key=lambda one: one.due, reverse=True):
        lost += case.is_lost
        kept += not case.is_lost
        if lost >= lost_wanted and kept >= kept_wanted:
            return case.due
    return None
