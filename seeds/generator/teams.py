"""Salesforce users, and who was on the team of an account when."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pyarrow as pa

from seeds.generator.columns import Columns, pick
from seeds.generator.days import NONE
from seeds.generator.people import ROLES, TEAMS
from seeds.generator.world import World


def staff_tables(world: World) -> dict[str, Columns]:
    """`user` and `account_team_member`."""
    staff, settings, accounts = world.staff, world.settings, world.accounts
    emails = [email(name, number) for number, name in enumerate(staff.names)]
    left = staff.end != NONE
    known = left & (staff.end <= settings.end_day)
    titles = pick(ROLES, staff.role)
    created = staff.start * 86_400 + 32_400
    users: Columns = {
        "id": staff.ids,
        "name": staff.names,
        "email": emails,
        "title": titles,
        "department": pick(TEAMS, staff.team),
        "manager_id": pick(staff.ids, staff.manager),
        "is_active": ~known,
        "created_date": created,
        "last_modified_date": np.where(known, staff.end * 86_400 + 61_200, created + 600),
    }
    by_account: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for account, day, employee in staff.csm_changes:
        by_account[account].append((day, employee))
    rows: list[tuple[int, int, int, int, int]] = []
    for account, steps in sorted(by_account.items()):
        for (day, employee), (until, _) in pairwise([*steps, (NONE, -1)]):
            if employee >= 0 and until != day:
                rows.append((account, employee, 0, day, until))
    for account in range(accounts.count):
        if accounts.created_day[account] <= settings.end_day:
            rows.append(
                (account, int(staff.seller[account]), 1, int(accounts.created_day[account]), NONE)
            )
    data = np.array(rows)
    team: Columns = {
        "account_id": accounts.ids.take(pa.array(data[:, 0])),
        "user_id": staff.ids.take(pa.array(data[:, 1])),
        "team_member_role": pick(("CSM", "Account Executive"), data[:, 2]),
        "start_date_c": data[:, 3],
        "end_date_c": data[:, 4],
        "last_modified_date": np.where(data[:, 4] == NONE, data[:, 3], data[:, 4]) * 86_400
        + 21_600,
    }
    return {"salesforce.user": users, "salesforce.account_team_member": team}


def email(name: str, number: int) -> str:
    """A made-up staff address."""
    plain = name.lower().replace(" ", ".").replace("'", "")
    plain = plain.translate(str.maketrans("éíøüö", "eiouo"))
    return f"{plain}{number}@sample.example"
