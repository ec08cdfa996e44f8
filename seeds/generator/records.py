"""The commercial facts of a company: contract terms, subscriptions, item intervals, deals."""

from __future__ import annotations

from dataclasses import dataclass, field

from seeds.generator.days import NONE, OPEN_DAY


@dataclass(slots=True)
class Term:
    """One contract term; `end` is the first day that it no longer covers (NONE: evergreen)."""

    account: int
    previous: int
    kind: str  # new, renewal, coterm, evergreen, reactivation
    start: int
    end: int
    months: int
    signed: int
    plan: int
    status: str = "Activated"
    changed: int = 0
    planned_arr: float = -1.0
    planned_seats: int = -1
    auto_renew: bool = False
    notice_days: int = 30


@dataclass(slots=True)
class Subscription:
    """One billing subscription; `end` is when service ends (OPEN_DAY: it goes on)."""

    account: int
    start: int
    anchor: int
    interval: int  # 0 monthly, 1 yearly
    trial_start: int = NONE
    trial_end: int = NONE
    end: int = OPEN_DAY
    notice: int = NONE
    cancel_at: int = NONE
    reason: str = ""


@dataclass(slots=True)
class Interval:
    """A stretch of days in which one subscription item stood unchanged."""

    item: int
    subscription: int
    price: int
    plan: int
    quantity: int
    start: int
    end: int
    term: int
    created: int
    scheduled: int = NONE


@dataclass(slots=True)
class Discount:
    """A percentage off a whole subscription."""

    subscription: int
    percent: int
    start: int
    end: int


@dataclass(slots=True)
class Deal:
    """One opportunity; `closed` is NONE while open."""

    account: int
    kind: str
    created: int
    target: int
    closed: int
    won: bool
    prior_arr: float
    arr: float
    term: int
    renewal_date: int = NONE
    win_back: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of a term that was due, for the internal checks of the generator."""

    account: int
    due: int
    result: str  # renewed, contracted, churned
    is_renewal: bool = True  # False: in the middle of an evergreen contract


@dataclass
class Ledger:
    """All commercial facts of the company, in the order in which accounts were played."""

    terms: list[Term] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    arr: list[tuple[int, int, float]] = field(default_factory=list)
    """(account, day, ARR in the account's currency from that day on), in order of day."""
    stages: list[tuple[int, int, str]] = field(default_factory=list)
    """(account, day, lifecycle stage from that day on)."""
    current_terms: list[tuple[int, int, int]] = field(default_factory=list)
    """(account, day, number of the main term that governs from that day on; -1 none)."""
    items: int = 0
