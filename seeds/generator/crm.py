"""Salesforce accounts and their field history, which agree by construction."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.columns import Columns, pick
from seeds.generator.company import REPARENTED, labels
from seeds.generator.days import NONE, office_seconds, text
from seeds.generator.identifiers import salesforce
from seeds.generator.world import World

Change = tuple[int, int, str | None]
"""(account, day, value from that day on)."""


def _money(value: float) -> str:
    return f"{value:.2f}"


def _arr_changes(world: World) -> list[Change]:
    """CRM ARR by day; a merged account's goes to its survivor on the day of the merger."""
    accounts = world.accounts
    steps: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for account, day, value in world.ledger.arr:
        steps[account].append((day, value))
    for loser in np.flatnonzero(accounts.merged_how == REPARENTED).tolist():
        survivor, merged = int(accounts.merged_into[loser]), int(accounts.merged_day[loser])
        mine, theirs = steps[loser], steps[survivor]

        def at(rows: list[tuple[int, float]], day: int) -> float:
            found = [value for since, value in rows if since <= day]
            return found[-1] if found else 0.0

        days = sorted({merged} | {day for day, _ in mine + theirs if day > merged})
        steps[survivor] = [row for row in theirs if row[0] < merged] + [
            (day, round(at(theirs, day) + at(mine, day), 2)) for day in days
        ]
        steps[loser] = [row for row in mine if row[0] < merged] + [(merged, 0.0)]
    changes: list[Change] = [
        (account, int(accounts.created_day[account]), "0.00") for account in range(accounts.count)
    ]
    for account, rows in steps.items():
        changes += [(account, day, _money(value)) for day, value in rows]
    return changes


def tracked_changes(world: World) -> dict[str, list[Change]]:
    """Every tracked account field by day, from the account's creation on."""
    accounts, staff, ledger = world.accounts, world.staff, world.ledger
    created = accounts.created_day.tolist()
    ids = accounts.ids.to_pylist()
    users = staff.ids.to_pylist()
    everyone = range(accounts.count)

    def initial(values: list[str | None]) -> list[Change]:
        return [(account, created[account], values[account]) for account in everyone]

    empty: list[str | None] = [None] * accounts.count
    renewal: list[Change] = initial(empty)
    for account, day, number in ledger.current_terms:
        end = ledger.terms[number].end if number >= 0 else NONE
        if number >= 0 and ledger.terms[number].status == "Terminated":
            end = NONE if ledger.terms[number].months == 0 else end
        renewal.append((account, day, text(end) if end != NONE else None))
    parent: list[Change] = initial(empty)
    for child in np.flatnonzero(accounts.parent >= 0).tolist():
        parent.append((child, int(accounts.parent_since[child]), ids[accounts.parent[child]]))
    merged = [
        (loser, int(accounts.merged_day[loser]), "Merged")
        for loser in np.flatnonzero(accounts.merged_into >= 0).tolist()
    ]
    return {
        "segment_c": initial(labels(accounts, "segment").to_pylist())
        + [(a, day, words.SEGMENTS[value]) for a, day, value in staff.segment_changes],
        "region_c": initial(labels(accounts, "region").to_pylist())
        + [(a, day, words.REGIONS[value]) for a, day, value in staff.region_changes],
        "csm_c": initial(empty)
        + [(a, day, users[e] if e >= 0 else None) for a, day, e in staff.csm_changes],
        "owner_id": initial([users[e] for e in staff.seller.tolist()]),
        "renewal_date_c": renewal,
        "arr_c": _arr_changes(world),
        "parent_id": parent,
        "lifecycle_stage_c": initial(["Prospect"] * accounts.count) + list(ledger.stages) + merged,
    }


def _steps(changes: list[Change], end_day: int) -> list[tuple[int, int, str | None, str | None]]:
    """(account, day, old, new) where the value really changed; the last of a day wins."""
    last: dict[tuple[int, int], str | None] = {}
    for account, day, value in changes:
        if day <= end_day:
            last[account, day] = value
    steps, before_account, before = [], -1, None
    for (account, day), value in sorted(last.items(), key=lambda item: item[0]):
        if account != before_account:
            steps.append((account, day, None, value))
        elif value != before:
            steps.append((account, day, before, value))
        before_account, before = account, value
    return steps


def account_tables(world: World) -> dict[str, Columns]:
    """`account` and `account_history`, which agree with each other by construction."""
    accounts, staff, settings = world.accounts, world.staff, world.settings
    random = settings.random("crm")
    exists = np.flatnonzero(accounts.created_day <= settings.end_day)
    tracked = tracked_changes(world)
    rows = {name: _steps(changes, settings.end_day) for name, changes in tracked.items()}
    now: dict[str, list[str | None]] = {name: [None] * accounts.count for name in rows}
    modified = accounts.created_day.copy()
    churned = np.full(accounts.count, NONE)
    for name, steps in rows.items():
        for account, day, _, new in steps:
            now[name][account] = new
            modified[account] = max(modified[account], day)
            if name == "lifecycle_stage_c":
                churned[account] = day if new == "Churned" else NONE
    became = np.full(accounts.count, NONE)
    start, end = np.full(accounts.count, NONE), np.full(accounts.count, NONE)
    for account, _, number in world.ledger.current_terms:
        if number >= 0:
            term = world.ledger.terms[number]
            became[account] = term.start if became[account] == NONE else became[account]
            start[account] = term.start
            end[account] = term.end if term.months else NONE
    second = office_seconds(random, accounts.count)
    created_at = accounts.created_day * 86_400 + second
    merged = accounts.merged_into >= 0
    kinds = np.where(became == NONE, 0, np.where(churned == NONE, 1, 2))
    kinds = np.where(accounts.kind == 4, 3, kinds)
    number = accounts.count
    columns: dict[str, object] = {
        "id": accounts.ids,
        "name": accounts.names,
        "parent_id": now["parent_id"],
        "type": pick(("Prospect", "Customer", "Former Customer", "Holding"), kinds),
        "industry": labels(accounts, "industry"),
        "billing_country": labels(accounts, "country"),
        "number_of_employees": accounts.employees,
        "annual_revenue": accounts.revenue,
        "website": [f"https://www.{domain}" for domain in accounts.domains],
        "owner_id": now["owner_id"],
        "master_record_id": pick(accounts.ids, accounts.merged_into),
        "is_deleted": merged,
        "created_date": created_at,
        "last_modified_date": np.where(
            modified == accounts.created_day, created_at + 60, modified * 86_400 + 25_200
        ),
        "last_activity_date": np.where(
            became == NONE,
            modified,
            np.clip(
                np.where(churned == NONE, settings.end_day, churned)
                - random.integers(0, 25, number),
                accounts.created_day,
                settings.end_day,
            ),
        ),
        "segment_c": now["segment_c"],
        "region_c": now["region_c"],
        "csm_c": now["csm_c"],
        "arr_c": np.array([float(value or 0) for value in now["arr_c"]]),
        "currency_iso_code": labels(accounts, "currency"),
        "contract_start_date_c": start,
        "contract_end_date_c": end,
        "renewal_date_c": np.array(
            [
                np.datetime64(value, "D").astype(np.int64) if value else NONE
                for value in now["renewal_date_c"]
            ]
        ),
        "lifecycle_stage_c": now["lifecycle_stage_c"],
        "became_customer_date_c": np.where(became == NONE, NONE, became * 86_400),
        "churned_date_c": np.where(churned == NONE, NONE, churned * 86_400),
    }
    flat = [
        (account, day, name, old, new)
        for name, steps in rows.items()
        for account, day, old, new in steps
    ]
    flat.sort(key=lambda row: (row[1], row[0], row[2]))
    who, day = np.array([r[0] for r in flat]), np.array([r[1] for r in flat])
    first = day == accounts.created_day[who]
    history: Columns = {
        "id": salesforce("017", np.arange(len(flat)), settings.seed),
        "account_id": accounts.ids.take(pa.array(who)),
        "field": [r[2] for r in flat],
        "old_value": [r[3] for r in flat],
        "new_value": [r[4] for r in flat],
        "created_by_id": pick(staff.ids, staff.seller[who]),
        "created_date": np.where(
            first, created_at[who], day * 86_400 + 21_600 + np.arange(len(flat)) % 3_000
        ),
    }
    return {
        "salesforce.account": take(columns, exists),
        "salesforce.account_history": history,
    }


def take(columns: dict[str, object], rows: np.ndarray) -> Columns:
    """Some rows of a set of columns."""
    index = pa.array(rows)
    return {
        name: values.take(index)
        if isinstance(values, pa.Array)
        else pa.array(values, pa.string()).take(index)
        if isinstance(values, list)
        else np.asarray(values)[rows]
        for name, values in columns.items()
    }
