"""The accounts of the company and the hidden state that drives everything they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.columns import choose, pick
from seeds.generator.days import day_of
from seeds.generator.identifiers import salesforce
from seeds.generator.settings import CompanySettings

CUSTOMER, TRIAL_LOST, TRIAL_OPEN, PROSPECT, HOLDING = range(5)
"""What an account is meant to become."""

ABSORBED, REPARENTED = 1, 2
"""How a merged account ends: its billing moves into the survivor's, or stays under its own id."""

_SEGMENT_SHARES = (0.13, 0.32, 0.55)
_KIND_SHARES = (0.925, 0.03, 0.015, 0.01, 0.02)
_PERSISTENCE = 0.92
_DEPARTURE_RATE = 0.012


@dataclass(frozen=True)
class Accounts:
    """Accounts as columns; index in every array = account number."""

    ids: pa.Array
    names: list[str]
    domains: list[str]
    segment: np.ndarray
    region: np.ndarray
    country: np.ndarray
    currency: np.ndarray
    industry: np.ndarray
    employees: np.ndarray
    revenue: np.ndarray
    kind: np.ndarray
    parent: np.ndarray
    parent_since: np.ndarray
    merged_into: np.ndarray
    merged_how: np.ndarray
    merged_day: np.ndarray
    first_month: np.ndarray
    first_day_of_month: np.ndarray
    first_day: np.ndarray
    created_day: np.ndarray
    has_trial: np.ndarray
    protected: np.ndarray
    seats: np.ndarray
    health: np.ndarray
    champion_left: np.ndarray

    @property
    def count(self) -> int:
        """How many accounts there are."""
        return len(self.names)

    def mood(self, account: np.ndarray | int, month: np.ndarray | int) -> np.ndarray:
        """The hidden state as a share 0–1, by account and month of the grid."""
        return 1.0 / (1.0 + np.exp(-self.health[account, month]))


def _hidden_state(settings: CompanySettings, segment: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A slow AR(1) process by month; a champion who leaves pulls it down at once."""
    random = settings.random("hidden state")
    count, months = len(segment), settings.grid_months
    level = 0.35 + 0.45 * random.standard_normal(count) + np.array([0.35, 0.0, -0.15])[segment]
    departures = random.random((count, months)) < _DEPARTURE_RATE
    state = np.empty((count, months), dtype=np.float32)
    now = random.standard_normal(count)
    shock = np.sqrt(1 - _PERSISTENCE**2)
    for month in range(months):
        now = (
            _PERSISTENCE * now + shock * random.standard_normal(count) - 1.1 * departures[:, month]
        )
        state[:, month] = level + 0.95 * now
    return state, departures


def _names(settings: CompanySettings) -> tuple[list[str], list[str]]:
    random = settings.random("names")
    first, second, suffixes = words.FIRST_WORDS, words.SECOND_WORDS, words.SUFFIXES
    pairs = len(first) * len(second)
    order = random.permutation(pairs)
    endings = random.integers(0, len(suffixes), settings.accounts).tolist()
    names, domains = [], []
    for number in range(settings.accounts):
        pair, again = int(order[number % pairs]), number // pairs
        one, two = first[pair // len(second)], second[pair % len(second)]
        extra = f" {again + 1}" if again else ""
        names.append(f"{one} {two}{extra}{suffixes[endings[number]]}")
        ascii_one = (
            one
            if one.isascii()
            else {"Müller": "Mueller", "Étoile": "Etoile"}.get(
                one, "Sakura" if one == "桜" else one
            )
        )
        domains.append(f"{ascii_one}-{two}{again + 1 if again else ''}.example".lower())
    return names, domains


def _hierarchy(random: np.random.Generator, kind: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Parents by account: every holding gets children, some children get children (≤ 3 levels)."""
    count = len(kind)
    parent = np.full(count, -1, dtype=np.int64)
    pool = random.permutation(np.flatnonzero(free & (kind == CUSTOMER))).tolist()
    tops = np.flatnonzero(kind == HOLDING).tolist()
    tops += [pool.pop() for _ in range(max(2, count // 60))]
    for top in tops:
        for _ in range(int(random.integers(1, 4))):
            if not pool:
                return parent
            child = pool.pop()
            parent[child] = top
            if random.random() < 0.35 and pool:
                parent[pool.pop()] = child
    return parent


def make_accounts(settings: CompanySettings) -> Accounts:
    """All accounts of the company, from its seed."""
    random = settings.random("accounts")
    count = settings.accounts
    segment = choose(random, _SEGMENT_SHARES, count)
    country = choose(random, [weight for *_, weight in words.COUNTRIES], count)
    region = np.array([entry[1] for entry in words.COUNTRIES])[country]
    currency = np.array([entry[2] for entry in words.COUNTRIES])[country]
    kind = choose(random, _KIND_SHARES, count)

    window = random.random(count) < 0.36
    months_back = np.minimum((random.random(count) ** 1.15 * 36).astype(int), 35) + 1
    first_month = np.where(
        window,
        settings.first_month + random.integers(0, settings.months, count),
        settings.first_month - months_back,
    )
    first_month = np.where(
        (kind == TRIAL_LOST) | (kind == PROSPECT),
        settings.first_month + random.integers(2, settings.months - 1, count),
        first_month,
    )
    day_of_month = random.integers(1, 29, count)
    first_day = np.array(
        [day_of(int(m), int(d)) for m, d in zip(first_month, day_of_month, strict=True)]
    )
    first_day = np.where(
        kind == TRIAL_OPEN, settings.end_day + random.integers(3, 18, count), first_day
    )
    has_trial = (random.random(count) < np.array([0.1, 0.25, 0.45])[segment]) | (
        (kind == TRIAL_LOST) | (kind == TRIAL_OPEN)
    )
    created_day = first_day - 31 - random.integers(15, 110, count)

    merges = 3 * max(1, count // 300)
    merged_into = np.full(count, -1, dtype=np.int64)
    merged_how = np.zeros(count, dtype=np.int64)
    merged_day = np.full(count, -1, dtype=np.int64)
    protected = np.zeros(count, dtype=bool)
    early = (kind == CUSTOMER) & (first_day < settings.first_day - 60)
    for wanted_currency in range(len(words.CURRENCIES) - 1):
        able = random.permutation(
            np.flatnonzero(early & (currency == wanted_currency) & (segment > 0))
        )
        pairs = able[: 4 * max(1, merges // 3)].reshape(-1, 2) if len(able) >= 4 else able[:0]
        for number, (loser, survivor) in enumerate(pairs.reshape(-1, 2)):
            merged_into[loser] = survivor
            merged_how[loser] = ABSORBED if number % 2 == 0 else REPARENTED
            merged_day[loser] = settings.end_day - int(random.integers(60, settings.months * 24))
            protected[[loser, survivor]] = True

    seats = np.maximum(
        np.exp(
            np.log(np.array([115.0, 32.0, 9.0]))[segment]
            + np.array([0.35, 0.35, 0.4])[segment] * random.standard_normal(count)
        ).round(),
        3,
    ).astype(np.int64)
    parent = _hierarchy(random, kind, ~protected)
    moved = random.random(count) < 0.3
    parent_since = np.where(
        (parent >= 0) & moved,
        np.maximum(created_day, settings.first_day)
        + ((settings.end_day - np.maximum(created_day, settings.first_day)) * 0.5).astype(int),
        created_day,
    )
    names, domains = _names(settings)
    health, champion_left = _hidden_state(settings, segment)
    return Accounts(
        ids=salesforce("001", np.arange(count), settings.seed),
        names=names,
        domains=domains,
        segment=segment,
        region=region,
        country=country,
        currency=currency,
        industry=random.integers(0, len(words.INDUSTRIES), count),
        employees=(seats * random.uniform(4, 40, count)).astype(np.int64),
        revenue=np.round(seats * random.uniform(0.4e6, 2.5e6, count), -5),
        kind=kind,
        parent=parent,
        parent_since=parent_since,
        merged_into=merged_into,
        merged_how=merged_how,
        merged_day=merged_day,
        first_month=first_month,
        first_day_of_month=day_of_month,
        first_day=first_day,
        created_day=created_day,
        has_trial=has_trial,
        protected=protected,
        seats=seats,
        health=health,
        champion_left=champion_left,
    )


def labels(accounts: Accounts, of: str) -> pa.Array:
    """A coded attribute of every account as text: segment, region, currency, industry, country."""
    names = {
        "segment": words.SEGMENTS,
        "region": words.REGIONS,
        "currency": words.CURRENCIES,
        "industry": words.INDUSTRIES,
        "country": tuple(entry[0] for entry in words.COUNTRIES),
    }[of]
    return pick(names, getattr(accounts, of))
