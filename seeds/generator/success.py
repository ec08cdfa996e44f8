"""Gainsight: surveys, scorecards, reviews, escalations, overrides and programme messages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator.columns import Columns, choose, pick
from seeds.generator.contacts import Contacts
from seeds.generator.days import NONE
from seeds.generator.engagement import Owners, account_days, company_ids
from seeds.generator.identifiers import scrambled
from seeds.generator.world import World

COMMENTS = (
    "Great product, great team",
    "Does the job",
    "We miss a few features",
    "Too slow on large reports,\nand support takes long",
    'The "new" editor confuses people',
)


def _at(random: np.random.Generator, day: np.ndarray) -> np.ndarray:
    return day * 86_400 + random.integers(7 * 60, 19 * 60, len(day)) * 60


def _surveys(world: World, contacts: Contacts) -> Columns:
    settings, window = world.settings, world.window
    random = settings.random("surveys")
    segment = world.accounts.segment[:, None]
    shape = window.mood.shape
    month = np.arange(shape[1])[None, :]
    turn = (np.arange(shape[0]) % 6)[:, None]
    live = (window.last_day >= window.first_day) & (window.seats > 0)
    asked = np.where((month % 6 == turn) & live, np.array([3, 2, 1])[segment], 0)
    account, column = np.nonzero(asked)
    repeats = asked[account, column]
    account, column = np.repeat(account, repeats), np.repeat(column, repeats)
    nps = np.zeros(len(account), dtype=np.int64)
    extra, extra_month = np.nonzero((month % 4 == turn % 4) & live)
    account = np.concatenate([account, extra])
    column = np.concatenate([column, extra_month])
    kind = np.concatenate([nps, np.ones(len(extra), dtype=np.int64)])
    low, high = window.first_day[account, column], window.last_day[account, column]
    day = low + (random.random(len(account)) * (high - low + 1)).astype(np.int64)
    mood = window.mood[account, column]
    sent = _at(random, day)
    contact = contacts.of(random, account, day)
    responded_at = sent + random.integers(1_800, 9 * 86_400, len(account))
    answered = random.random(len(account)) < 0.28 + 0.3 * mood
    answered &= responded_at <= settings.end_second
    feeling = mood + 0.2 * random.standard_normal(len(account))
    score = np.where(
        kind == 0,
        np.clip(np.round(3.2 + 8.2 * feeling), 0, 10),
        np.clip(np.round(1.6 + 4.0 * feeling), 1, 5),
    )
    remark = answered & (random.random(len(account)) < 0.3)
    comment = np.where(
        feeling > 0.7, 0, np.where(feeling > 0.5, 1, random.integers(2, 5, len(account)))
    )
    order = np.argsort(sent, kind="stable")
    rows = {
        "company_id": company_ids(world).take(pa.array(account[order])),
        "contact_id": pick(contacts.ids, contact[order]),
        "survey_id": pick(("nps_relationship", "csat_quarterly"), kind[order]),
        "survey_type": pick(("NPS", "CSAT"), kind[order]),
        "score": np.where(answered, score, np.nan)[order],
        "comment": pick(COMMENTS, np.where(remark, comment, -1)[order]),
        "sentiment": pick(
            ("negative", "neutral", "positive"),
            np.where(answered, np.where(feeling < 0.38, 0, np.where(feeling < 0.62, 1, 2)), -1)[
                order
            ],
        ),
        "sent_date": sent[order],
        "responded_date": np.where(answered, responded_at, NONE)[order],
        "modified_date": np.where(answered, responded_at, sent)[order],
    }
    return {"id": scrambled("SR", np.arange(len(account)), 10, settings.seed), **rows}


def _scorecards(world: World, owners: Owners) -> Columns:
    settings, window = world.settings, world.window
    random = settings.random("scorecards")
    live = (window.last_day >= window.first_day) & ~world.staff.tech_touch[:, None]
    due = live & (
        np.arange(settings.months)[None, :] % 3 == (np.arange(world.accounts.count) % 3)[:, None]
    )
    account, month = np.nonzero(due)
    day = window.last_day[account, month]
    at = _at(random, day)
    parts = []
    for number in range(2):
        score = np.clip(
            np.round(
                (window.mood[account, month] + 0.14 * random.standard_normal(len(account))) * 20
            )
            * 5,
            0,
            100,
        )
        previous = np.full(len(account), np.nan)
        same = account[1:] == account[:-1]
        previous[1:] = np.where(same, score[:-1], np.nan)
        parts.append((np.full(len(account), number), score, previous))
    measure, score, previous = (np.concatenate(part) for part in zip(*parts, strict=True))
    account2, day2, at2 = np.tile(account, 2), np.tile(day, 2), np.tile(at, 2)
    size = len(account2)
    order = np.lexsort((measure, account2, at2))
    band = np.where(score < 40, 0, np.where(score < 70, 1, 2))
    return {
        "company_id": company_ids(world).take(pa.array(account2[order])),
        "scorecard_name": ["Customer scorecard"] * size,
        "measure_name": pick(("CSM sentiment", "Relationship"), measure[order]),
        "score": score[order],
        "label": pick(("Red", "Yellow", "Green"), band[order]),
        "previous_score": previous[order],
        "weight": np.full(size, 0.5),
        "is_override": np.zeros(size, dtype=bool),
        "comment": [None] * size,
        "scored_by": world.staff.ids.take(pa.array(owners.on(account2[order], day2[order]))),
        "scored_date": at2[order],
    }


def _reviews(world: World, owners: Owners) -> Columns:
    settings, window = world.settings, world.window
    random = settings.random("reviews")
    every = np.array([3, 6, 10_000])[world.accounts.segment][:, None]
    live = (window.last_day >= window.first_day) & (window.seats > 0)
    due = live & (
        np.arange(settings.months)[None, :] % every
        == (np.arange(world.accounts.count)[:, None] % every)
    )
    account, month = np.nonzero(due)
    day = window.last_day[account, month]
    mood = window.mood[account, month]
    size = len(account)
    held = random.random(size) < 0.5 + 0.42 * mood
    held_day = day + random.integers(-20, 16, size)
    held_day = np.maximum(held_day, window.first_day[account, month])
    known = held & (held_day <= settings.end_day)
    scheduled = np.maximum(held_day, day - 10) * 86_400 + 50_400
    held_at = np.where(known, held_day * 86_400 + 50_400, NONE)
    late = ~known & (day < settings.end_day - 15)
    created = np.minimum(day, settings.end_day) - 30
    modified = np.where(
        known, held_at + 3_600, np.where(late, (day + 15) * 86_400, created * 86_400)
    )
    order = np.argsort(day, kind="stable")
    columns = {
        "company_id": company_ids(world).take(pa.array(account)),
        "owner_id": world.staff.ids.take(pa.array(owners.on(account, day))),
        "status": pick(("Scheduled", "Held", "Missed"), np.where(known, 1, np.where(late, 2, 0))),
        "due_date": day,
        "scheduled_date": np.where(held, scheduled, NONE),
        "held_date": held_at,
        "exec_sponsor_present": known & (random.random(size) < 0.2 + 0.5 * mood),
        "modified_date": modified,
    }
    index = pa.array(order)
    return {
        "gsid": scrambled("1Q00", np.arange(size), 10, settings.seed),
        **{
            name: values.take(index) if isinstance(values, pa.Array) else values[order]
            for name, values in columns.items()
        },
    }


def _escalations(world: World, owners: Owners) -> Columns:
    settings = world.settings
    random = settings.random("escalations")
    rate = np.array([0.10, 0.05, 0.012])[world.accounts.segment][:, None] * np.clip(
        1.6 - 1.7 * world.window.mood, 0.05, 2
    )
    account, day, _ = account_days(world, random, rate)
    size = len(account)
    opened = _at(random, day)
    tier = choose(random, (0.2, 0.4, 0.4), size)
    response = opened + (
        np.array([1.5, 5.0, 16.0])[tier] * 3600 * np.exp(0.7 * random.standard_normal(size))
    ).astype(np.int64)
    resolved = response + (
        np.array([30.0, 70.0, 120.0])[tier] * 3600 * np.exp(0.5 * random.standard_normal(size))
    ).astype(np.int64)
    answered, done = response <= settings.end_second, resolved <= settings.end_second
    return {
        "gsid": scrambled("1E00", np.arange(size), 10, settings.seed),
        "company_id": company_ids(world).take(pa.array(account)),
        "tier": pick(("tier_1", "tier_2", "tier_3"), tier),
        "reason": pick(
            ("Outage", "Product gap", "Billing dispute", "Slow support"),
            random.integers(0, 4, size),
        ),
        "status": pick(
            ("Open", "In Progress", "Resolved"), np.where(done, 2, np.where(answered, 1, 0))
        ),
        "owner_id": world.staff.ids.take(pa.array(owners.on(account, day))),
        "opened_date": opened,
        "first_response_date": np.where(answered, response, NONE),
        "resolved_date": np.where(done, resolved, NONE),
        "modified_date": np.where(done, resolved, np.where(answered, response, opened)),
    }


def _overrides(world: World, owners: Owners) -> Columns:
    settings = world.settings
    random = settings.random("overrides")
    rate = np.array([0.03, 0.018, 0.0])[world.accounts.segment][:, None] * np.ones(settings.months)
    account, day, mood = account_days(world, random, rate)
    size = len(account)
    feeling = mood + 0.15 * random.standard_normal(size)
    set_at = _at(random, day) + np.arange(size) % 60
    return {
        "company_id": company_ids(world).take(pa.array(account)),
        "band": pick(
            ("red", "yellow", "green"), np.where(feeling < 0.4, 0, np.where(feeling < 0.65, 1, 2))
        ),
        "author_id": world.staff.ids.take(pa.array(owners.on(account, day))),
        "reason": pick(
            (
                "Sponsor told us so in person",
                "Usage drop is seasonal",
                "Procurement has started a review",
            ),
            random.integers(0, 3, size),
        ),
        "set_date": set_at,
        "expires_date": set_at + random.integers(1, 4, size) * 30 * 86_400,
    }


def _touches(world: World, contacts: Contacts) -> Columns:
    settings = world.settings
    random = settings.random("programmes")
    rate = np.where(world.staff.tech_touch, 1.6, np.where(world.accounts.segment == 2, 0.5, 0.0))[
        :, None
    ] * np.ones(settings.months)
    account, day, mood = account_days(world, random, rate)
    size = len(account)
    sent = _at(random, day)
    engaged_at = sent + random.integers(120, 5 * 86_400, size)
    engaged = (random.random(size) < 0.1 + 0.5 * mood) & (engaged_at <= settings.end_second)
    return {
        "gsid": scrambled("1T00", np.arange(size), 10, settings.seed),
        "company_id": company_ids(world).take(pa.array(account)),
        "contact_id": pick(contacts.ids, contacts.of(random, account, day)),
        "program_name": pick(
            ("Adoption tips", "Onboarding series", "Renewal reminder", "Webinar invitation"),
            random.integers(0, 4, size),
        ),
        "channel": pick(("email", "in_app", "webinar"), choose(random, (0.6, 0.3, 0.1), size)),
        "sent_date": sent,
        "engaged_date": np.where(engaged, engaged_at, NONE),
        "modified_date": np.where(engaged, engaged_at, sent),
    }


def success_tables(world: World, contacts: Contacts, owners: Owners) -> dict[str, Columns]:
    """All Gainsight tables but the playbooks and the timeline."""
    return {
        "gainsight.survey_response": _surveys(world, contacts),
        "gainsight.scorecard_fact": _scorecards(world, owners),
        "gainsight.qbr": _reviews(world, owners),
        "gainsight.escalation": _escalations(world, owners),
        "gainsight.health_override": _overrides(world, owners),
        "gainsight.program_touch": _touches(world, contacts),
    }
