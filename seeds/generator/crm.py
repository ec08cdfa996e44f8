"""Salesforce accounts, their field history, contracts, users and account teams."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.columns import Columns, joined, pick
from seeds.generator.company import PROSPECT, REPARENTED, TRIAL_LOST, TRIAL_OPEN, labels
from seeds.generator.days import NONE, office_seconds, text
from seeds.generator.identifiers import numbered, salesforce
from seeds.generator.people import CSM, DIGITAL, MANAGER, ROLES, SELLER, SUPPORT, TEAMS, VP
from seeds.generator.world import World, column

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
            (day, round(at(theirs, day) + at(mine, day), 2)) for day in days]
        steps[loser] = [row for row in mine if row[0] < merged] + [(merged, 0.0)]
    changes: list[Change] = [
        (account, int(accounts.created_day[account]), "0.00") for account in range(accounts.count)]
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
        for loser in np.flatnonzero(accounts.merged_into >= 0).tolist()]
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
        "lifecycle_stage_c": initial(["Prospect"] * accounts.count)
        + list(ledger.stages) + merged,
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
    for account, day, number in world.ledger.current_terms:
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
        "id": accounts.ids, "name": accounts.names, "parent_id": now["parent_id"],
        "type": pick(("Prospect", "Customer", "Former Customer", "Holding"), kinds),
        "industry": labels(accounts, "industry"),
        "billing_country": labels(accounts, "country"),
        "number_of_employees": accounts.employees, "annual_revenue": accounts.revenue,
        "website": [f"https://www.{domain}" for domain in accounts.domains],
        "owner_id": now["owner_id"],
        "master_record_id": pick(accounts.ids, accounts.merged_into), "is_deleted": merged,
        "created_date": created_at,
        "last_modified_date": np.where(
            modified == accounts.created_day, created_at + 60, modified * 86_400 + 25_200),
        "last_activity_date": np.where(
            became == NONE, modified,
            np.clip(np.where(churned == NONE, settings.end_day, churned)
                    - random.integers(0, 25, number), accounts.created_day, settings.end_day)),
        "segment_c": now["segment_c"], "region_c": now["region_c"], "csm_c": now["csm_c"],
        "arr_c": np.array([float(value or 0) for value in now["arr_c"]]),
        "currency_iso_code": labels(accounts, "currency"),
        "contract_start_date_c": start, "contract_end_date_c": end,
        "renewal_date_c": np.array(
            [np.datetime64(value, "D").astype(np.int64) if value else NONE
             for value in now["renewal_date_c"]]),
        "lifecycle_stage_c": now["lifecycle_stage_c"],
        "became_customer_date_c": np.where(became == NONE, NONE, became * 86_400),
        "churned_date_c": np.where(churned == NONE, NONE, churned * 86_400),
    }
    flat = [(account, day, name, old, new)
            for name, steps in rows.items() for account, day, old, new in steps]
    flat.sort(key=lambda row: (row[1], row[0], row[2]))
    who, day = np.array([r[0] for r in flat]), np.array([r[1] for r in flat])
    first = day == accounts.created_day[who]
    history: Columns = {
        "id": salesforce("017", np.arange(len(flat)), settings.seed),
        "account_id": accounts.ids.take(pa.array(who)), "field": [r[2] for r in flat],
        "old_value": [r[3] for r in flat], "new_value": [r[4] for r in flat],
        "created_by_id": pick(staff.ids, staff.seller[who]),
        "created_date": np.where(
            first, created_at[who], day * 86_400 + 21_600 + np.arange(len(flat)) % 3_000),
    }
    return {
        "salesforce.account": take(columns, exists),
        "salesforce.account_history": history,
    }


def take(columns: dict[str, object], rows: np.ndarray) -> Columns:
    """Some rows of a set of columns."""
    index = pa.array(rows)
    return {
        name: values.take(index) if isinstance(values, pa.Array)
        else pa.array(values, pa.string()).take(index) if isinstance(values, list)
        else np.asarray(values)[rows]
        for name, values in columns.items()
    }


def _term_facts(world: World) -> tuple[np.ndarray, np.ndarray]:
    """ARR and seats of every contract term at its last known day."""
    ledger, end_day = world.ledger, world.settings.end_day
    prices = world.catalogue.columns()
    yearly = (prices["major"] * prices["per_year"]).tolist()
    by_term: dict[int, list] = defaultdict(list)
    for row in ledger.intervals:
        if row.term >= 0:
            by_term[row.term].append(row)
    discounts: dict[int, list] = defaultdict(list)
    for discount in ledger.discounts:
        discounts[discount.subscription].append(discount)
    arr, seats = np.zeros(len(ledger.terms)), np.zeros(len(ledger.terms), dtype=np.int64)
    for number, term in enumerate(ledger.terms):
        rows = by_term.get(number, [])
        if term.planned_arr >= 0 or not rows:
            arr[number], seats[number] = max(term.planned_arr, 0), max(term.planned_seats, 0)
            continue
        day = min(end_day, max(row.end for row in rows) - 1)
        for row in rows:
            if row.start <= day < row.end:
                percent = sum(d.percent for d in discounts[row.subscription]
                              if d.start <= day < d.end)
                arr[number] += round(yearly[row.price] * row.quantity * (1 - percent / 100), 2)
                seats[number] = max(seats[number], row.quantity)
    return arr, seats


def contract_table(world: World) -> dict[str, Columns]:
    """`contract`: one row per term, chained by `previous_contract_c`."""
    ledger, settings, accounts = world.ledger, world.settings, world.accounts
    random = settings.random("contracts")
    terms = ledger.terms
    ids = contract_ids(world)
    account = column(terms, "account")
    start, end, signed = (column(terms, name) for name in ("start", "end", "signed"))
    months = column(terms, "months")
    previous = column(terms, "previous")
    arr, seats = _term_facts(world)
    signed_at = signed * 86_400 + office_seconds(random, len(terms))
    draft = np.maximum(
        (signed - random.integers(1, 12, len(terms))), accounts.created_day[account]
    ) * 86_400 + 36_000 * 2
    draft = np.minimum(draft, signed_at - 600)
    changed = np.maximum(column(terms, "changed") * 86_400 + 25_000, signed_at)
    auto = column(terms, "auto_renew")
    whole = np.where(months > 0, months, np.where(end == NONE, NONE, np.maximum(
        np.round((end - start) / 30.44), 1))).astype(np.int64)
    return {"salesforce.contract": {
        "id": ids, "account_id": accounts.ids.take(pa.array(account)),
        "contract_number": numbered("", np.arange(len(terms)) + 100, 8),
        "status": column(terms, "status").tolist(), "start_date": start, "end_date": end,
        "contract_term": whole, "customer_signed_date": signed, "activated_date": signed_at,
        "owner_id": pick(world.staff.ids, world.staff.seller[account]), "auto_renew_c": auto,
        "notice_period_days_c": column(terms, "notice_days"), "arr_c": arr,
        "tcv_c": np.where(whole == NONE, np.nan, np.round(arr * whole / 12, 2)),
        "currency_iso_code": labels(accounts, "currency").take(pa.array(account)),
        "licensed_seats_c": seats, "previous_contract_c": pick(ids, previous),
        "is_deleted": np.zeros(len(terms), dtype=bool), "created_date": draft,
        "last_modified_date": np.minimum(changed, settings.end_second),
    }}


def contract_ids(world: World) -> pa.Array:
    """The Salesforce id of every term."""
    return salesforce("800", np.arange(len(world.ledger.terms)), world.settings.seed)


def staff_tables(world: World) -> dict[str, Columns]:
    """`user` and `account_team_member`."""
    staff, settings, accounts = world.staff, world.settings, world.accounts
    count = len(staff.names)
    emails = [email(name, number) for number, name in enumerate(staff.names)]
    left = staff.end != NONE
    known = left & (staff.end <= settings.end_day)
    titles = pick(ROLES, staff.role)
    created = staff.start * 86_400 + 32_400
    users: Columns = {
        "id": staff.ids, "name": staff.names, "email": emails, "title": titles,
        "department": pick(TEAMS, staff.team),
        "manager_id": pick(staff.ids, staff.manager),
        "is_active": ~known, "created_date": created,
        "last_modified_date": np.where(known, staff.end * 86_400 + 61_200, created + 600),
    }
    assert {VP, MANAGER, CSM, DIGITAL, SELLER, SUPPORT} >= set(staff.role.tolist())
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
            rows.append((account, int(staff.seller[account]), 1,
                         int(accounts.created_day[account]), NONE))
    data = np.array(rows)
    team: Columns = {
        "account_id": accounts.ids.take(pa.array(data[:, 0])),
        "user_id": staff.ids.take(pa.array(data[:, 1])),
        "team_member_role": pick(("CSM", "Account Executive"), data[:, 2]),
        "start_date_c": data[:, 3], "end_date_c": data[:, 4],
        "last_modified_date": np.where(data[:, 4] == NONE, data[:, 3], data[:, 4]) * 86_400
        + 21_600,
    }
    assert count == len(emails)
    return {"salesforce.user": users, "salesforce.account_team_member": team}


def email(name: str, number: int) -> str:
    """A made-up staff address."""
    plain = name.lower().replace(" ", ".").replace("'", "")
    plain = plain.translate(str.maketrans("éíøüö", "eiouo"))
    return f"{plain}{number}@sample.example"


__all__ = ["PROSPECT", "TRIAL_LOST", "TRIAL_OPEN", "account_tables", "contract_ids",
           "contract_table", "joined", "staff_tables", "take", "tracked_changes"]
