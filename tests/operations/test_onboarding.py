"""Time to value: the curve is SciPy's, and its median counts who has not arrived."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from tests.independent.survival import survival
from tests.operations.made_company import END

STAGES = {
    "kick_off": "Kick-off held", "first_value": "First report shared", "value": "Rollout complete",
}  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_the_median_time_is_that_of_a_library(
    company: duckdb.DuckDBPyConnection, made: dict[str, pd.DataFrame], stage: str
) -> None:
    won = made["crm_opportunities"].set_index("account_id")["closed_at"]
    segments = made["crm_accounts"].set_index("account_id")["segment"]
    milestones = made["cs_onboarding_milestones"]
    reached = milestones[milestones["milestone_name"] == STAGES[stage]].set_index("account_id")
    lives: dict[str, list[tuple[int, bool]]] = {}
    last_day = pd.Timestamp(END) - pd.Timedelta(days=1)
    for account, closed_won in won.items():
        arrival = reached.loc[account, "reached_at"]
        arrived = not pd.isna(arrival)
        life = (((arrival if arrived else last_day) - closed_won).days, arrived)
        for slice_value in ("company", segments[account]):
            lives.setdefault(slice_value, []).append(life)
    assert any(not arrived for _, arrived in lives["company"])
    for slice_value, of_slice in lives.items():
        curve = list(survival(of_slice))
        expected = [
            next(
                (age for age, *values in curve if values[n] is not None and values[n] <= 0.5), None
            )
            for n in (0, 1, 2)
        ]
        ((accounts, arrivals, *medians),) = company.execute(
            "select accounts, reached_accounts, median_days, median_days_low, median_days_high "
            "from marts.rpt_time_to_value where stage = ? and slice_value = ?",
            [stage, slice_value],
        ).fetchall()
        assert (accounts, arrivals) == (len(of_slice), sum(done for _, done in of_slice))
        assert medians == expected, slice_value
