"""Zendesk tickets with their metrics, history and tags, and the satisfaction answers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator.columns import Columns, choose, pick
from seeds.generator.days import NONE, business_minutes
from seeds.generator.people import SUPPORT
from seeds.generator.support_people import organization_ids, support_people
from seeds.generator.world import World

SUBJECTS = (
    "Cannot log in",
    "Export fails",
    "Dashboard is slow",
    "Question about billing",
    "Integration stopped syncing",
    "How do I invite a colleague?",
    "Report shows wrong total",
    "API returns 500",
    "Feature request: filters",
    "Mobile app crashes",
)
KINDS = ("question", "problem", "incident", "task")
PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("email", "web", "chat", "api")
_REPLY_HOURS = (14.0, 7.0, 3.5, 1.2)
_SOLVE_HOURS = (60.0, 40.0, 26.0, 14.0)


def support_tables(world: World) -> dict[str, Columns]:
    """All Zendesk tables: unhappy accounts write more, wait longer and reopen more often."""
    settings, accounts, window = world.settings, world.accounts, world.window
    random = settings.random("tickets")
    tables, first_user, users = support_people(world)
    live = (window.last_day >= window.first_day) & (window.seats > 0)
    served = np.where(live, window.last_day - window.first_day + 1, 0) / 30.4
    rate = 0.085 * np.maximum(window.seats, 1) ** 0.62 * (1.75 - 1.35 * window.mood) * served
    counts = random.poisson(rate)
    account, month = np.nonzero(counts)
    repeats = counts[account, month]
    account, month = np.repeat(account, repeats), np.repeat(month, repeats)
    size = len(account)
    low, high = window.first_day[account, month], window.last_day[account, month]
    day = low + (random.random(size) * (high - low + 1)).astype(np.int64)
    centre = np.array([18.0, 12.0, 4.0])[accounts.region[account]]
    second = ((centre + (random.random(size) + random.random(size) - 1) * 4) * 3600).astype(int)
    created = day * 86_400 + np.clip(second, 600, 86_000)
    order = np.argsort(created, kind="stable")
    account, month, created = account[order], month[order], created[order]
    mood = window.mood[account, month]

    priority = choose(random, (0.25, 0.45, 0.2, 0.1), size)
    urgent = random.random(size) < np.clip(0.16 - 0.2 * mood, 0, 1)
    priority = np.where(urgent, 3, priority)
    slow = np.exp(0.55 * random.standard_normal(size) + 0.5 * (0.5 - mood))
    reply = (np.array(_REPLY_HOURS)[priority] * slow * 3600).astype(np.int64) + 240
    solve = (
        reply
        + (
            np.array(_SOLVE_HOURS)[priority] * np.exp(0.6 * random.standard_normal(size)) * 3600
        ).astype(np.int64)
        + 600
    )
    reopened = random.random(size) < np.clip(0.22 - 0.22 * mood, 0.03, 1)
    reopen_at = solve + (random.random(size) * 60 * 3600).astype(np.int64) + 7_200
    again = reopen_at + (random.random(size) * 40 * 3600).astype(np.int64) + 3_600
    agents = int((world.staff.role == SUPPORT).sum())
    agent = random.integers(0, agents, size)
    agent_id = pa.array(agent + 800_100_000).cast(pa.string())
    requester = first_user[account] + (random.random(size) * users[account]).astype(np.int64)
    requester_id = pa.array(requester + 900_100_000).cast(pa.string())

    ids = pa.array(np.arange(size) + 100_001).cast(pa.string())
    assigned = np.maximum((reply * 0.4).astype(np.int64), 60)
    final_solve = np.where(reopened, again, solve)
    closed = final_solve + 4 * 86_400
    # step: offset, field, value, who (0 system, 1 agent, 2 requester), which tickets
    steps = (
        (np.zeros(size, np.int64), 0, 0, 2, None),
        (np.zeros(size, np.int64), 1, None, 2, None),
        (assigned, 2, None, 0, None),
        (assigned + 20, 0, 1, 1, None),
        (reply, 3, None, 1, None),
        (reply + 30, 0, 2, 1, None),
        (solve - 60, 3, None, 1, None),
        (solve, 0, 3, 1, None),
        (reopen_at, 0, 1, 2, reopened),
        (again - 60, 3, None, 1, reopened),
        (again, 0, 3, 1, reopened),
        (closed, 0, 4, 0, None),
    )
    fields = ("status", "priority", "assignee_id", "comment")
    statuses = ("new", "open", "pending", "solved", "closed")
    who, at, field, value, actor, place = [], [], [], [], [], []
    everyone = np.arange(size)
    now = np.zeros(size, dtype=np.int64)
    updated = created.copy()
    for number, (offset, name, state, by, only) in enumerate(steps):
        mine = everyone if only is None else np.flatnonzero(only)
        when = created[mine] + offset[mine]
        known = when <= settings.end_second
        mine, when = mine[known], when[known]
        who.append(mine)
        at.append(when)
        field.append(np.full(len(mine), name))
        place.append(np.full(len(mine), number))
        actor.append(np.full(len(mine), by))
        updated[mine] = np.maximum(updated[mine], when)
        if name == 0:
            now[mine] = state
            value.append(np.full(len(mine), state))
        elif name == 1:
            value.append(5 + priority[mine])
        elif name == 2:
            value.append(10 + agent[mine])
        else:
            value.append(np.full(len(mine), 9))
    who_, at_, field_, value_, actor_ = (
        np.concatenate(part) for part in (who, at, field, value, actor)
    )
    order = np.lexsort((np.concatenate(place), at_))
    who_, at_, field_, value_, actor_ = (
        part[order] for part in (who_, at_, field_, value_, actor_)
    )
    labels = pa.array(
        [*statuses, *PRIORITIES, "public reply", *[str(800_100_000 + n) for n in range(agents)]]
    )
    index = pa.array(who_)
    system = pa.nulls(len(who_), pa.string())
    by_agent, by_requester = agent_id.take(index), requester_id.take(index)
    user = pa.compute.if_else(
        pa.array(actor_ == 1),
        by_agent,
        pa.compute.if_else(pa.array(actor_ == 2), by_requester, system),
    )
    history: Columns = {
        "ticket_id": ids.take(index),
        "field_name": pick(fields, field_),
        "value": labels.take(pa.array(value_)),
        "user_id": user,
        "updated": at_,
    }
    replied = created + reply <= settings.end_second
    solved_ever = created + solve <= settings.end_second
    is_reopened = reopened & (created + reopen_at <= settings.end_second)
    solved_again = reopened & (created + again <= settings.end_second)
    solved = np.where(is_reopened, solved_again, solved_ever)
    solved_at = np.where(is_reopened, created + again, created + solve)
    replies = replied.astype(int) + solved_ever + solved_again
    kind = choose(random, (0.4, 0.3, 0.2, 0.1), size)
    subject = random.integers(0, len(SUBJECTS), size)
    ticket: Columns = {
        "id": ids,
        "organization_id": organization_ids(world).take(pa.array(account)),
        "requester_id": requester_id,
        "assignee_id": pick(agent_id, np.where(now > 0, np.arange(size), -1)),
        "group_id": pick(("36001", "36002", "36003"), agent % 3),
        "subject": pick(SUBJECTS, subject),
        "type": pick(KINDS, kind),
        "priority": pick(PRIORITIES, priority),
        "status": pick(statuses, now),
        "via_channel": pick(CHANNELS, choose(random, (0.5, 0.3, 0.15, 0.05), size)),
        "created_at": created,
        "updated_at": updated,
    }

    def minutes(until: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        calendar = np.where(known, (until - created) / 60.0, np.nan)
        return calendar, np.where(known, business_minutes(created, until), np.nan)

    reply_calendar, reply_business = minutes(created + reply, replied)
    full_calendar, full_business = minutes(solved_at, solved)
    metric: Columns = {
        "ticket_id": ids,
        "reply_time_in_minutes_calendar": reply_calendar,
        "reply_time_in_minutes_business": reply_business,
        "full_resolution_time_in_minutes_calendar": full_calendar,
        "full_resolution_time_in_minutes_business": full_business,
        "reopens": is_reopened.astype(int),
        "replies": replies,
        "solved_at": np.where(solved, solved_at, NONE),
        "created_at": created,
        "updated_at": updated,
    }
    escalated = (priority == 3) & (random.random(size) < 0.35)
    tagged = np.concatenate([everyone, np.flatnonzero(escalated)])
    tag: Columns = {
        "ticket_id": ids.take(pa.array(tagged)),
        "tag": pick(
            (*KINDS, "escalated"), np.concatenate([kind, np.full(int(escalated.sum()), 4)])
        ),
    }
    answer_at = solved_at + random.integers(1_800, 3 * 86_400, size)
    rated = solved & (random.random(size) < 0.38) & (answer_at <= settings.end_second)
    pleased = random.random(size) < np.clip(
        0.62 + 0.42 * mood - 0.15 * is_reopened - 0.1 * (slow > 1.8), 0.05, 0.98
    )
    rows = np.flatnonzero(rated)
    index = pa.array(rows)
    rating: Columns = {
        "id": pa.array(rows + 55_000_001).cast(pa.string()),
        "ticket_id": ids.take(index),
        "requester_id": requester_id.take(index),
        "assignee_id": agent_id.take(index),
        "score": pick(("bad", "good"), pleased[rows].astype(int)),
        "comment": pick(
            ("Thanks, quick help", "Still not solved", "Took far too long"),
            np.where(
                random.random(len(rows)) < 0.15,
                np.where(pleased[rows], 0, random.integers(1, 3, len(rows))),
                -1,
            ),
        ),
        "created_at": answer_at[rows],
        "updated_at": answer_at[rows],
    }
    return {
        **tables,
        "zendesk.ticket": ticket,
        "zendesk.ticket_metric": metric,
        "zendesk.ticket_field_history": history,
        "zendesk.ticket_tag": tag,
        "zendesk.satisfaction_rating": rating,
    }
