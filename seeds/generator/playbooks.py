"""Gainsight calls to action with their playbook tasks, success plans, onboarding milestones."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator.columns import Columns, pick
from seeds.generator.days import NONE, months_of
from seeds.generator.engagement import Owners, account_days, company_ids
from seeds.generator.identifiers import scrambled
from seeds.generator.world import World, column

PLAYBOOKS = ("Renewal", "Onboarding", "Risk", "Expansion")
# days from the anchor (end of term, start, opening) at which each step is due
STEPS = (
    (("180 days", -180), ("90 days", -90), ("60 days", -60), ("30 days", -30)),
    (("Kick-off", 10), ("Data connected", 28), ("First training", 45)),
    (("Call the sponsor", 3), ("Recovery plan", 10), ("Review", 30)),
    (("Qualify", 7), ("Propose", 21)),
)
MILESTONES = (
    ("Kick-off held", 10, 0.98),
    ("Data connected", 25, 0.95),
    ("First report shared", 40, 0.9),
    ("Rollout complete", 85, 0.78),
)


def _occasions(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(playbook, account, opened day, anchor day) of every call to action in the window."""
    settings, terms = world.settings, world.ledger.terms
    random = settings.random("occasions")
    account, start, end = (column(terms, n) for n in ("account", "start", "end"))
    months, signed = column(terms, "months"), column(terms, "signed")
    main = np.array([t.kind in ("new", "renewal", "reactivation") for t in terms]) & (months > 0)
    fresh = np.array([t.kind in ("new", "reactivation", "evergreen") for t in terms])
    opened = np.maximum(np.maximum(end - 180, start), signed)
    renewal = main & (end != NONE) & (opened >= settings.first_day) & (opened <= settings.end_day)
    begun = fresh & (start >= settings.first_day) & (start <= settings.end_day)
    risk, risk_day, _ = account_days(
        world,
        random,
        np.where(world.window.mood < 0.42, 0.28, 0.012) * ~world.staff.tech_touch[:, None],
    )
    growth, growth_day, _ = account_days(
        world,
        random,
        np.where(world.window.mood > 0.72, 0.06, 0.008) * ~world.staff.tech_touch[:, None],
    )
    parts = (
        (0, account[renewal], opened[renewal], end[renewal]),
        (1, account[begun], start[begun], start[begun]),
        (2, risk, risk_day, risk_day),
        (3, growth, growth_day, growth_day),
    )
    kind = np.concatenate([np.full(len(part[1]), part[0]) for part in parts])
    who, day, anchor = (np.concatenate([part[i] for part in parts]) for i in (1, 2, 3))
    order = np.lexsort((kind, who, day))
    return kind[order], who[order], day[order], anchor[order]


def playbook_tables(world: World, owners: Owners) -> dict[str, Columns]:
    """`cta`, `cs_task`, `success_plan` and `onboarding_milestone`."""
    settings, accounts = world.settings, world.accounts
    random = settings.random("playbooks")
    kind, account, opened, anchor = _occasions(world)
    size = len(kind)
    opened_at = opened * 86_400 + 28_800 + random.integers(0, 1_800, size)
    owner = owners.on(account, opened)
    ids = scrambled("1S00", np.arange(size), 10, settings.seed)
    companies = company_ids(world)
    month = np.clip(months_of(opened) - settings.history_month, 0, settings.grid_months - 1)
    mood = accounts.mood(account, month)
    diligence = random.normal(0.0, 1.0, len(world.staff.names))[owner]

    lengths = np.array([len(steps) for steps in STEPS])[kind]
    cta = np.repeat(np.arange(size), lengths)
    place = np.arange(len(cta)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    offsets = np.full((4, 4), 0)
    step_label = np.full((4, 4), 0)
    names: list[str] = []
    for book, steps in enumerate(STEPS):
        for number, (name, offset) in enumerate(steps):
            offsets[book, number], step_label[book, number] = offset, len(names)
            names.append(name)
    due = anchor[cta] + offsets[kind[cta], place]
    stale = due < opened[cta]
    due = np.where(stale, opened[cta] + 7, due)
    task_size = len(cta)
    delay = np.round(random.normal(-3.0, 4.5, task_size) - 2.2 * diligence[cta]).astype(np.int64)
    done_day = np.maximum(due + delay, opened[cta])
    skipped = random.random(task_size) < 0.05
    done = ~skipped & (done_day <= settings.end_day)
    done_at = np.where(
        done, done_day * 86_400 + 54_000 + random.integers(0, 9_000, task_size), NONE
    )
    # a step is only there from its due date less thirty days, so that tasks appear in time
    made = np.maximum(opened_at[cta], np.minimum(opened_at[cta] + 60, settings.end_second))
    task: Columns = {
        "gsid": scrambled("1K00", np.arange(task_size), 10, settings.seed),
        "cta_id": ids.take(pa.array(cta)),
        "company_id": companies.take(pa.array(account[cta])),
        "playbook_id": pick(("PB_RENEWAL", "PB_ONBOARDING", "PB_RISK", "PB_EXPANSION"), kind[cta]),
        "playbook_step": pick(names, step_label[kind[cta], place]),
        "owner_id": world.staff.ids.take(pa.array(owner[cta])),
        "status": pick(("Open", "Completed"), done.astype(int)),
        "due_date": due,
        "completed_date": done_at,
        "is_required": kind[cta] != 3,
        "created_date": made,
        "modified_date": np.where(done, np.maximum(done_at, made), made),
    }
    done_count = np.bincount(cta, weights=done, minlength=size).astype(np.int64)
    latest = np.zeros(size, dtype=np.int64)
    np.maximum.at(latest, cta, np.where(done, done_at, 0))
    closed = done_count == lengths
    closed_at = np.where(closed, np.maximum(latest + 600, opened_at + 900), NONE)
    closed &= closed_at <= settings.end_second
    closed_at = np.where(closed, closed_at, NONE)
    last_due = np.zeros(size, dtype=np.int64)
    np.maximum.at(last_due, cta, due)
    moved = random.random(size) < 0.1
    plan = np.full(size, -1)
    planned = np.flatnonzero(
        (kind <= 1) & (accounts.segment[account] < 2) & (random.random(size) < 0.6)
    )
    plan[planned] = np.arange(len(planned))
    plan_ids = scrambled("1SP0", np.arange(len(planned)), 10, settings.seed)
    automatic = np.where(kind < 2, 0.9, 0.55) > random.random(size)
    table: Columns = {
        "gsid": ids,
        "company_id": companies.take(pa.array(account)),
        "name": pick([f"{name} playbook" for name in PLAYBOOKS], kind),
        "type": pick(PLAYBOOKS, kind),
        "reason": pick(("Renewal due", "New customer", "Low adoption", "High adoption"), kind),
        "priority": pick(("Low", "Medium", "High"), np.where(mood < 0.4, 2, 1)),
        "status": pick(
            ("Open", "In Progress", "Closed"), np.where(closed, 2, np.where(done_count > 0, 1, 0))
        ),
        "owner_id": world.staff.ids.take(pa.array(owner)),
        "playbook_id": pick(("PB_RENEWAL", "PB_ONBOARDING", "PB_RISK", "PB_EXPANSION"), kind),
        "playbook_name": pick(PLAYBOOKS, kind),
        "success_plan_id": pick(plan_ids, plan),
        "source": pick(("Manual", "Rule"), automatic.astype(int)),
        "due_date": last_due + np.where(moved, 14, 0),
        "original_due_date": last_due,
        "total_tasks": lengths,
        "closed_tasks": done_count,
        "is_closed": closed,
        "created_date": opened_at,
        "closed_date": closed_at,
        "modified_date": np.maximum(np.where(closed, closed_at, latest), opened_at),
    }
    objectives = 2 + planned % 4
    reached = np.minimum(np.round(objectives * (0.3 + 0.7 * mood[planned])).astype(int), objectives)
    age = settings.end_day - opened[planned]
    complete = age > 200
    reached = np.where(complete, reached, (reached * np.minimum(age / 200, 1)).astype(int))
    active = np.minimum(opened_at[planned] + 86_400, settings.end_second)
    plans: Columns = {
        "gsid": plan_ids,
        "company_id": companies.take(pa.array(account[planned])),
        "name": pick([f"{name} plan" for name in PLAYBOOKS], kind[planned]),
        "type": pick(("ROI", "Onboarding"), kind[planned]),
        "status": pick(("Active", "Closed"), complete.astype(int)),
        "owner_id": world.staff.ids.take(pa.array(owner[planned])),
        "start_date": opened[planned],
        "due_date": opened[planned] + 180,
        "active_date": active,
        "closed_date": np.where(complete, (opened[planned] + 200) * 86_400, NONE),
        "total_objectives": objectives,
        "open_objectives": objectives - reached,
        "percent_complete": np.round(100.0 * reached / objectives, 2),
        "modified_date": np.where(complete, (opened[planned] + 200) * 86_400, active),
    }
    return {
        "gainsight.cta": table,
        "gainsight.cs_task": task,
        "gainsight.success_plan": plans,
        "gainsight.onboarding_milestone": _milestones(world, random),
    }


def _milestones(world: World, random: np.random.Generator) -> Columns:
    settings, terms = world.settings, world.ledger.terms
    rows = [t for t in terms if t.kind in ("new", "evergreen") and t.start <= settings.end_day]
    start, account = column(rows, "start"), column(rows, "account")
    count = len(rows)
    ready = random.normal(0, 0.25, count)
    month = np.clip(months_of(start) - settings.history_month, 0, settings.grid_months - 1)
    pace = np.exp(ready + 0.8 * (0.6 - world.accounts.mood(account, month)))
    stopped = np.full(world.accounts.count, settings.end_day)
    for record in world.ledger.subscriptions:
        if record.end <= settings.end_day:
            stopped[record.account] = record.end
    parts: dict[str, list[np.ndarray]] = {n: [] for n in ("who", "place", "due", "at", "since")}
    for place, (_, usual, likely) in enumerate(MILESTONES):
        at = start + np.round(usual * pace * np.exp(0.15 * random.standard_normal(count)))
        at = at.astype(np.int64)
        reached = (random.random(count) < likely) & (
            at <= np.minimum(settings.end_day, stopped[account])
        )
        parts["who"].append(account)
        parts["place"].append(np.full(count, place))
        parts["due"].append(start + usual + 5)
        parts["at"].append(np.where(reached, at * 86_400 + 57_600, NONE))
        parts["since"].append(start * 86_400 + 40_000)
    who, place, due, at, since = (np.concatenate(parts[n]) for n in parts)
    order = np.lexsort((place, who, since))
    who, place, due, at, since = (part[order] for part in (who, place, due, at, since))
    return {
        "gsid": scrambled("1M00", np.arange(len(who)), 10, settings.seed),
        "company_id": company_ids(world).take(pa.array(who)),
        "milestone_name": pick([name for name, *_ in MILESTONES], place),
        "is_first_value": place == 2,
        "due_date": due,
        "reached_date": at,
        "modified_date": np.where(at == NONE, since, at),
    }
