"""Salesforce contacts; a champion who leaves is marked as gone and replaced some weeks later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.billing_ids import first_billed_day
from seeds.generator.columns import Columns, joined, pick
from seeds.generator.days import NONE, OPEN_DAY, month_start, office_seconds
from seeds.generator.identifiers import salesforce
from seeds.generator.world import World

ROLES = ("Champion", "Executive Sponsor", "Economic Buyer", "Administrator", "User")


@dataclass(frozen=True)
class Contacts:
    """Contacts sorted by account; `first` and `size` find those of an account."""

    ids: pa.Array
    account: np.ndarray
    role: np.ndarray
    since: np.ndarray
    left: np.ndarray
    first: np.ndarray
    size: np.ndarray
    table: Columns

    def of(self, random: np.random.Generator, account: np.ndarray, day: np.ndarray) -> np.ndarray:
        """A contact of each account who is there on the day (-1: none)."""
        spot = self.first[account] + (random.random(len(account)) * self.size[account]).astype(int)
        there = (self.since[spot] <= day) & (self.left[spot] > day)
        spare = self.first[account] + 1
        fallback = (self.since[spare] <= day) & (self.left[spare] > day)
        return np.where(there, spot, np.where(fallback, spare, -1))


def make_contacts(world: World) -> Contacts:
    """Two to six people per account, and the successors of champions who left."""
    settings, accounts = world.settings, world.accounts
    random = settings.random("contacts")
    size = random.integers(2, 4, accounts.count) + np.array([2, 1, 0])[accounts.segment]
    account = np.repeat(np.arange(accounts.count), size)
    place = np.arange(len(account)) - np.repeat(np.cumsum(size) - size, size)
    role = np.minimum(place, 4)
    since = accounts.created_day[account] + np.where(
        place < 2, 0, random.integers(1, 200, len(account))
    )
    left = np.full(len(account), OPEN_DAY)

    first_day = first_billed_day(world)
    months = np.arange(settings.grid_months) + settings.history_month
    starts = np.array([month_start(int(m)) for m in months])
    departures = world.accounts.champion_left & (first_day != NONE)[:, None]
    departures &= starts[None, :] > np.where(first_day == NONE, OPEN_DAY, first_day)[:, None] + 30
    has = departures.any(axis=1)
    who = np.flatnonzero(has)
    gone = starts[np.argmax(departures[who], axis=1)] + random.integers(0, 28, len(who))
    left[(np.cumsum(size) - size)[who]] = gone
    new_since = gone + random.integers(15, 75, len(who))
    account = np.concatenate([account, who])
    role = np.concatenate([role, np.zeros(len(who), dtype=np.int64)])
    since = np.concatenate([since, new_since])
    left = np.concatenate([left, np.full(len(who), OPEN_DAY)])
    keep = since <= settings.end_day
    account, role, since, left = (part[keep] for part in (account, role, since, left))
    order = np.lexsort((since, account))
    account, role, since, left = (part[order] for part in (account, role, since, left))
    count = len(account)
    size = np.bincount(account, minlength=accounts.count)
    first = np.cumsum(size) - size
    left = np.where(left > settings.end_day, OPEN_DAY, left)
    is_gone = left != OPEN_DAY
    one = random.integers(0, len(words.FIRST_NAMES), count)
    two = random.integers(0, len(words.LAST_NAMES), count)
    names = joined(pick(words.FIRST_NAMES, one), " ", pick(words.LAST_NAMES, two))
    created = since * 86_400 + office_seconds(random, count, 19.0)
    changed = np.where(is_gone, left * 86_400 + 40_000, created + 300)
    touched = np.minimum(
        np.where(is_gone, left, settings.end_day) - random.integers(1, 60, count), settings.end_day
    )
    ids = salesforce("003", np.arange(count), settings.seed)
    table: Columns = {
        "id": ids,
        "account_id": accounts.ids.take(pa.array(account)),
        "name": names,
        "email": joined(
            "contact",
            pa.array(np.arange(count) + 1).cast(pa.string()),
            "@",
            pa.array(accounts.domains).take(pa.array(account)),
        ),
        "title": pick(words.TITLES, random.integers(0, len(words.TITLES), count)),
        "role_c": pick(ROLES, role),
        "is_champion_c": role == 0,
        "is_executive_sponsor_c": role == 1,
        "no_longer_at_company_c": is_gone,
        "is_deleted": np.zeros(count, dtype=bool),
        "last_activity_date": np.maximum(touched, since) * 86_400 + 50_000,
        "created_date": np.minimum(created, settings.end_second),
        "last_modified_date": np.minimum(changed, settings.end_second),
    }
    return Contacts(ids, account, role, since, left, first, size, table)
