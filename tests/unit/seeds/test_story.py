"""The company's life is believable; its hidden state predicts renewals, though not perfectly."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest

from seeds.generator.company import ABSORBED, REPARENTED
from seeds.generator.days import NONE, month_of_day
from seeds.generator.records import Ledger
from seeds.generator.usage_plan import plan_usage
from seeds.generator.world import World

RATES = np.array([1.0, 1.09, 1.27, 0.0068])


def arr_on(world: World, day: int) -> np.ndarray:
    """ARR in dollars by account; merged accounts count with their survivor."""
    arr = np.zeros(world.accounts.count)
    for account, since, value in world.ledger.arr:
        if since <= day:
            arr[account] = value
    arr *= RATES[world.accounts.currency]
    for loser in np.flatnonzero(world.accounts.merged_into >= 0):
        arr[world.accounts.merged_into[loser]] += arr[loser]
        arr[loser] = 0
    return arr


def renewals_in_window(world: World) -> list:
    first = world.settings.first_day + 90
    last = world.settings.end_day
    return [o for o in world.ledger.outcomes if o.is_renewal and first <= o.due <= last]


def test_there_are_renewals_and_losses_enough_to_measure_a_health_score(world):
    results = Counter(outcome.result for outcome in renewals_in_window(world))
    assert sum(results.values()) >= 100
    assert results["churned"] + results["contracted"] >= 35


def test_the_hidden_state_predicts_losses_though_not_perfectly(world):
    outcomes = renewals_in_window(world)
    lost = np.array([outcome.result != "renewed" for outcome in outcomes])
    month = [month_of_day(o.due - 90) - world.settings.history_month for o in outcomes]
    health = np.array(
        [world.accounts.health[o.account, m] for o, m in zip(outcomes, month, strict=True)]
    )
    pairs = health[lost][:, None] - health[~lost][None, :]
    area = (pairs < 0).mean() + (pairs == 0).mean() / 2
    assert 0.65 <= area <= 0.95


@pytest.mark.parametrize("months_back", [0, 6, 12, 18])
def test_retention_is_that_of_a_real_company(world, months_back):
    day = world.settings.end_day - round(months_back * 30.4)
    now, before = arr_on(world, day), arr_on(world, day - 365)
    cohort = before > 0
    grr = np.minimum(now, before)[cohort].sum() / before[cohort].sum()
    nrr = now[cohort].sum() / before[cohort].sum()
    assert 0.85 <= grr <= 0.97
    assert 1.0 <= nrr <= 1.18


def terms_by_previous(ledger: Ledger) -> list[tuple]:
    return [
        (ledger.terms[term.previous], term)
        for term in ledger.terms
        if term.previous >= 0 and ledger.terms[term.previous].end != NONE
    ]


def test_every_kind_of_contract_life_occurs(world):
    ledger = world.ledger
    terms = Counter(term.kind for term in ledger.terms)
    assert min(terms[kind] for kind in ("new", "renewal", "coterm", "evergreen")) >= 10
    assert terms["reactivation"] >= 5
    assert sum(term.months >= 24 for term in ledger.terms) >= 20
    gaps = [
        new.start - old.end for old, new in terms_by_previous(ledger) if old.status != "Terminated"
    ]
    assert sum(0 < gap <= 90 for gap in gaps) >= 5, "late renewals within the grace period"
    assert sum(gap > 90 for gap in gaps) >= 5, "renewals after the grace period"
    assert sum(gap < 0 for gap in gaps) >= 5, "renewals that start before the old term ends"
    signed_early = [old.end - new.signed for old, new in terms_by_previous(ledger)]
    assert sum(days > 45 for days in signed_early) >= 10
    assert sum(-60 < days < 0 for days in signed_early) >= 10, "signed late, service never stopped"


def test_trials_convert_or_end_or_are_still_open(world):
    end = world.settings.end_day
    trials = [s for s in world.ledger.subscriptions if s.trial_end != NONE]
    assert sum(s.reason == "trial_not_converted" for s in trials) >= 3
    assert sum(s.trial_end > end for s in trials) >= 3
    assert sum(s.trial_end <= end and s.end > s.trial_end for s in trials) >= 20


def test_items_change_in_every_way(world):
    items = defaultdict(list)
    for row in sorted(world.ledger.intervals, key=lambda row: row.start):
        items[row.item].append(row)
    steps = [step for rows in items.values() for step in pairwise(rows)]
    assert sum(one.plan != two.plan for one, two in steps) >= 5, "plan swaps on one subscription"
    assert sum(one.quantity < two.quantity for one, two in steps) >= 50
    assert sum(one.quantity > two.quantity for one, two in steps) >= 10
    assert sum(row.scheduled != NONE for row in world.ledger.intervals) >= 5
    assert all(row.scheduled <= world.settings.end_day for row in world.ledger.intervals)
    second = Counter(s.account for s in world.ledger.subscriptions)
    assert sum(count > 1 for count in second.values()) >= 10
    assert len(world.ledger.discounts) >= 20


def test_accounts_merge_move_and_change_hands(world):
    accounts, staff, settings = world.accounts, world.staff, world.settings
    assert (accounts.merged_how == ABSORBED).sum() >= 2
    assert (accounts.merged_how == REPARENTED).sum() >= 2
    assert len(staff.segment_changes) >= 3
    assert len(staff.region_changes) >= 2
    leavers = np.flatnonzero((staff.end != NONE) & (staff.end <= settings.end_day))
    assert len(leavers) >= 2
    for leaver in leavers.tolist():
        assert leaver not in staff.csm_now.tolist(), "accounts of leavers were handed on"
    assert 0.5 in staff.fte
    assert set(accounts.currency.tolist()) == {0, 1, 2, 3}
    assert (accounts.parent >= 0).sum() >= 10


def test_unhappy_accounts_use_less(world):
    plan = plan_usage(world)
    live = plan.active > 0
    share = plan.active[live] / world.window.seats[live]
    mood = world.window.mood[live]
    assert share[mood > 0.7].mean() > share[mood < 0.4].mean() + 0.15
    assert 0.3 < np.corrcoef(share, mood)[0, 1] < 0.97
