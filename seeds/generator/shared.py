"""Tables that belong to no one system: exchange rates, the id map, roster and working time."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.billing_ids import billed_accounts, customer_ids, first_billed_day
from seeds.generator.columns import Columns, choose, pick
from seeds.generator.days import NONE, month_start
from seeds.generator.engagement import company_ids
from seeds.generator.identifiers import numbered
from seeds.generator.people import CSM, DIGITAL, ROLES, SELLER, TEAMS
from seeds.generator.support_people import organization_ids
from seeds.generator.teams import email
from seeds.generator.usage_plan import group_ids
from seeds.generator.world import World

_RATES = {"EUR": 1.085, "GBP": 1.265, "JPY": 0.00675}
CATEGORIES = ("customer_meetings", "customer_work", "internal", "administration", "training")


def fx_rates(world: World) -> Columns:
    """US dollars per unit, every day from the earliest history on; a slow random walk."""
    settings = world.settings
    random = settings.random("exchange rates")
    days = np.arange(month_start(settings.history_month - 2), settings.end_day + 1)
    codes, dates, rates = [], [], []
    for code in words.CURRENCIES:
        codes += [code] * len(days)
        dates.append(days)
        if code == "USD":
            rates.append(np.ones(len(days)))
            continue
        walk = np.cumsum(random.normal(0, 0.0035, len(days)))
        calm = walk - np.linspace(0, walk[-1], len(days)) * 0.7
        rates.append(np.round(_RATES[code] * np.exp(np.clip(calm, -0.16, 0.16)), 6))
    return {
        "currency": codes,
        "rate_date": np.concatenate(dates),
        "usd_rate": np.concatenate(rates),
    }


def id_map(world: World) -> Columns:
    """Every id of another system with the CRM account that it belongs to."""
    settings = world.settings
    random = settings.random("id map")
    rows = billed_accounts(world)
    since = np.minimum(first_billed_day(world)[rows] * 86_400 + 14_400, settings.end_second)
    count = len(rows)
    rule = choose(random, (0.7, 0.2, 0.1), count * 4)
    index = pa.array(rows)
    ids = [
        maker(world).take(index)
        for maker in (customer_ids, organization_ids, group_ids, company_ids)
    ]
    return {
        "source_system": pick(
            ("stripe", "zendesk", "product", "gainsight"), np.repeat(np.arange(4), count)
        ),
        "source_object": pick(
            ("customer", "organization", "group", "company"), np.repeat(np.arange(4), count)
        ),
        "source_id": pa.concat_arrays(ids),
        "account_id": world.accounts.ids.take(pa.array(np.tile(rows, 4))),
        "match_rule": pick(("external_id", "domain", "reviewed"), rule),
        "confidence": np.array([1.0, 0.95, 1.0])[rule],
        "updated_at": np.tile(since, 4),
    }


def people_tables(world: World) -> dict[str, Columns]:
    """`employees` and `time_allocation`."""
    staff, settings = world.staff, world.settings
    rows = np.flatnonzero(staff.role != SELLER)
    index = pa.array(rows)
    left = (staff.end != NONE) & (staff.end <= settings.end_day)
    end = np.where(left, staff.end, NONE)
    human = np.isin(staff.role, (CSM, DIGITAL))
    employees: Columns = {
        "user_id": staff.ids.take(index),
        "employee_id": numbered("E", rows + 1_000, 5),
        "full_name": [staff.names[r] for r in rows.tolist()],
        "email": [email(staff.names[r], r) for r in rows.tolist()],
        "role": pick(ROLES, staff.role[rows]),
        "team": pick(TEAMS, staff.team[rows]),
        "manager_user_id": pick(staff.ids, staff.manager[rows]),
        "region": pick(words.REGIONS, staff.region[rows]),
        "fte": staff.fte[rows],
        "start_date": staff.start[rows],
        "end_date": end[rows],
        "ramp_months": np.where(human, staff.ramp, NONE)[rows],
        "target_accounts": np.where(human, staff.target_accounts, NONE)[rows],
        "target_arr": np.where(human, staff.target_arr, np.nan)[rows],
        "is_active": ~left[rows],
        "updated_at": np.where(left, end * 86_400 + 61_200, staff.start * 86_400 + 32_400)[rows],
    }
    random = settings.random("working time")
    monday = settings.first_day + (7 - (settings.first_day + 3) % 7) % 7
    weeks = np.arange(monday, settings.end_day - 6, 7)
    who = np.flatnonzero(human)
    employed = (staff.start[who][:, None] <= weeks[None, :]) & (
        (staff.end[who][:, None] == NONE) | (staff.end[who][:, None] >= weeks[None, :] + 7)
    )
    person, week = np.nonzero(employed)
    shares = random.dirichlet((9, 9, 5, 3, 1.2), len(person))
    hours = (
        np.round(
            shares * (39 * staff.fte[who][person] + random.normal(0, 1.5, len(person)))[:, None] * 4
        )
        / 4
    )
    user = np.repeat(who[person], len(CATEGORIES))
    start = np.repeat(weeks[week], len(CATEGORIES))
    flat = hours.ravel()
    category = np.tile(np.arange(len(CATEGORIES)), len(person))
    kept = np.flatnonzero(flat > 0)
    order = kept[np.lexsort((category[kept], user[kept], start[kept]))]
    return {
        "hr.employees": employees,
        "hr.time_allocation": {
            "user_id": staff.ids.take(pa.array(user[order])),
            "week_start": start[order],
            "category": pick(CATEGORIES, category[order]),
            "hours": flat[order],
            "updated_at": (start[order] + 5) * 86_400 + 28_800,
        },
    }
