"""How many users and events each account has in each month: adoption follows the hidden state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from seeds.generator.days import OPEN_DAY
from seeds.generator.identifiers import numbered
from seeds.generator.world import World


@dataclass
class UsagePlan:
    """How many users and events each account has in each month, and their ids."""

    world: World
    active: np.ndarray
    features: np.ndarray
    events: np.ndarray
    first_event: np.ndarray
    first_user: np.ndarray
    groups: pa.Array
    users_per_account: np.ndarray
    seen_first: np.ndarray
    seen_last: np.ndarray

    @property
    def total(self) -> int:
        """All events of the window."""
        return int(self.events.sum())


def group_ids(world: World) -> pa.Array:
    """The product's own id for each account."""
    return numbered("grp_", (np.arange(world.accounts.count) * 7_919 + 13) % 9_999_991, 7)


def plan_usage(world: World) -> UsagePlan:
    """Adoption follows the hidden state; volume follows adoption and the asked-for rate."""
    settings, window, accounts = world.settings, world.window, world.accounts
    random = settings.random("usage plan")
    live = window.last_day >= window.first_day
    shape = live.shape
    habit = random.normal(0, 0.10, (accounts.count, 1))
    adoption = 0.28 + 0.76 * window.mood + habit + random.normal(0, 0.06, shape)
    active = np.round(window.seats * np.clip(adoption, 0.02, 1.15)).astype(np.int64)
    active = np.where(live & (window.seats > 0), np.maximum(active, 1), 0)
    served = np.where(live, window.last_day - window.first_day + 1, 0) / 30.4
    appetite = (0.7 + 0.6 * window.mood) * served
    raw = active * appetite
    rate = settings.usage_per_account * max(int(live.sum()), 1) / max(raw.sum(), 1.0)
    events = random.poisson(raw * rate)
    # no one is active without an event where there are events enough for all
    events = np.where(active > 0, np.maximum(events, 1), 0)
    features = 2 + np.round(
        (window.breadth - 2) * np.clip(window.mood + random.normal(0, 0.12, shape), 0.05, 1)
    ).astype(np.int64)
    users = np.maximum(active.max(axis=1), 0)
    by_month = events.T.ravel()
    first = (np.cumsum(by_month) - by_month).reshape(settings.months, accounts.count).T
    first_user = np.cumsum(users) - users
    total = int(users.sum())
    return UsagePlan(
        world,
        active,
        np.clip(features, 2, 12),
        events,
        first,
        first_user,
        group_ids(world),
        users,
        np.full(total, OPEN_DAY * 86_400),
        np.full(total, -1),
    )
