"""Meetings, calls and e-mails as logged in Salesforce, and the timeline of the CS platform."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator.columns import Columns, choose, pick
from seeds.generator.contacts import Contacts
from seeds.generator.contracts import contract_ids
from seeds.generator.days import NONE
from seeds.generator.identifiers import salesforce, scrambled
from seeds.generator.world import World

SUBJECTS = ("Check-in", "Onboarding session", "Renewal talk", "Training", "Roadmap", "Follow-up")
_PER_MONTH = {"task": (2.4, 1.2, 0.35), "event": (1.0, 0.45, 0.05), "timeline": (0.9, 0.4, 0.08)}


class Owners:
    """Who looks after each account on a day."""

    def __init__(self, world: World) -> None:
        """Index the changes of CSM by account and day."""
        changes = sorted(world.staff.csm_changes)
        self._key = np.array([a * 100_000 + day for a, day, _ in changes])
        self._who = np.array([who for *_, who in changes])
        self._account = np.array([a for a, *_ in changes])
        self._seller = world.staff.seller

    def on(self, account: np.ndarray, day: np.ndarray) -> np.ndarray:
        """The CSM, else the seller, of each account on each day."""
        found = np.searchsorted(self._key, account * 100_000 + day, side="right") - 1
        safe = np.maximum(found, 0)
        fits = (found >= 0) & (self._account[safe] == account) & (self._who[safe] >= 0)
        return np.where(fits, self._who[safe], self._seller[account])


def account_days(
    world: World, random: np.random.Generator, rate: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Accounts, days and moods of things that happen at a monthly rate (accounts × months)."""
    window = world.window
    live = window.last_day >= window.first_day
    served = np.where(live, window.last_day - window.first_day + 1, 0) / 30.4
    counts = random.poisson(rate * served)
    account, month = np.nonzero(counts)
    repeats = counts[account, month]
    account, month = np.repeat(account, repeats), np.repeat(month, repeats)
    low, high = window.first_day[account, month], window.last_day[account, month]
    day = low + (random.random(len(account)) * (high - low + 1)).astype(np.int64)
    weekday = (day + 3) % 7
    day = np.where((weekday > 4) & (day - 2 >= low), day - 2, day)
    order = np.lexsort((account, day))
    return account[order], day[order], window.mood[account, month][order]


def engagement_tables(world: World, contacts: Contacts, owners: Owners) -> dict[str, Columns]:
    """`task`, `event` and `timeline_activity`: unhappy customers meet less."""
    settings, staff = world.settings, world.staff
    segment = world.accounts.segment[:, None]
    tables: dict[str, Columns] = {}
    main = np.full(world.accounts.count, -1)
    for account, _, number in world.ledger.current_terms:
        main[account] = number
    for name, per_month in _PER_MONTH.items():
        random = settings.random(name)
        quiet = np.where(world.staff.tech_touch[:, None], 0.4, 1.0)
        rate = np.array(per_month)[segment] * quiet * (0.45 + 1.0 * world.window.mood)
        account, day, mood = account_days(world, random, rate)
        size = len(account)
        at = day * 86_400 + random.integers(8 * 4, 18 * 4, size) * 900
        owner = staff.ids.take(pa.array(owners.on(account, day)))
        contact = pick(contacts.ids, contacts.of(random, account, day))
        account_id = world.accounts.ids.take(pa.array(account))
        subject = pick(SUBJECTS, random.integers(0, len(SUBJECTS), size))
        deleted = random.random(size) < 0.004
        if name == "task":
            kind = choose(random, (0.4, 0.6), size)
            done = random.random(size) < 0.94
            created = at - random.integers(0, 3, size) * 86_400 - 600
            seconds = np.where(kind == 0, random.integers(60, 2_700, size), NONE)
            tables["salesforce.task"] = {
                "id": salesforce("00T", np.arange(size), settings.seed),
                "account_id": account_id,
                "who_id": contact,
                "what_id": pick(
                    contract_ids(world), np.where(random.random(size) < 0.1, main[account], -1)
                ),
                "owner_id": owner,
                "subject": subject,
                "type": pick(("Call", "Email"), kind),
                "status": pick(("Not Started", "Completed"), done.astype(int)),
                "call_disposition": pick(
                    ("Connected", "Voicemail", "No answer"),
                    np.where(kind == 0, choose(random, (0.6, 0.25, 0.15), size), -1),
                ),
                "call_duration_in_seconds": seconds,
                "activity_date": day,
                "completed_date_time": np.where(done, at, NONE),
                "is_closed": done,
                "is_deleted": deleted,
                "created_date": np.maximum(created, world.accounts.created_day[account] * 86_400),
                "last_modified_date": np.minimum(at + 60, settings.end_second),
            }
        elif name == "event":
            tables["salesforce.event"] = {
                "id": salesforce("00U", np.arange(size), settings.seed),
                "account_id": account_id,
                "who_id": contact,
                "what_id": [None] * size,
                "owner_id": owner,
                "subject": subject,
                "type": pick(("Meeting", "Training"), choose(random, (0.8, 0.2), size)),
                "start_date_time": at,
                "end_date_time": at + random.integers(1, 5, size) * 900,
                "who_count": random.integers(1, 6, size),
                "is_deleted": deleted,
                "created_date": np.maximum(
                    at - random.integers(1, 14, size) * 86_400,
                    world.accounts.created_day[account] * 86_400,
                ),
                "last_modified_date": np.minimum(at + 3_600, settings.end_second),
            }
        else:
            feeling = mood + 0.22 * random.standard_normal(size)
            kind = choose(random, (0.5, 0.2, 0.3), size)
            logged = np.minimum(at + random.integers(600, 2 * 86_400, size), settings.end_second)
            tables["gainsight.timeline_activity"] = {
                "gsid": scrambled("1I00", np.arange(size), 10, settings.seed),
                "company_id": company_ids(world).take(pa.array(account)),
                "contact_id": contact,
                "author_id": owner,
                "activity_type": pick(("Meeting", "Call", "Update"), kind),
                "subject": subject,
                "sentiment": pick(
                    ("negative", "neutral", "positive"),
                    np.where(feeling < 0.36, 0, np.where(feeling < 0.62, 1, 2)),
                ),
                "is_customer_facing": kind < 2,
                "duration_minutes": np.where(kind < 2, random.integers(1, 5, size) * 15, NONE),
                "attendee_count": np.where(kind < 2, random.integers(1, 7, size), NONE),
                "activity_date": at,
                "created_date": np.maximum(logged, at),
                "modified_date": np.maximum(logged, at),
            }
    return tables


def company_ids(world: World) -> pa.Array:
    """The Gainsight company id of every account."""
    return scrambled("1P02", np.arange(world.accounts.count), 10, world.settings.seed)
