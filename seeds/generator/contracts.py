"""Salesforce contracts: one row per term, chained to the term before."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa

from seeds.generator.columns import Columns, pick
from seeds.generator.company import labels
from seeds.generator.days import NONE, office_seconds
from seeds.generator.identifiers import numbered, salesforce
from seeds.generator.world import World, column


def contract_ids(world: World) -> pa.Array:
    """The Salesforce id of every term."""
    return salesforce("800", np.arange(len(world.ledger.terms)), world.settings.seed)


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
                percent = sum(
                    d.percent for d in discounts[row.subscription] if d.start <= day < d.end
                )
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
    draft = (
        np.maximum((signed - random.integers(1, 12, len(terms))), accounts.created_day[account])
        * 86_400
        + 36_000 * 2
    )
    draft = np.minimum(draft, signed_at - 600)
    changed = np.maximum(column(terms, "changed") * 86_400 + 25_000, signed_at)
    auto = column(terms, "auto_renew")
    # an evergreen contract has no term, not even when somebody has ended it
    is_coterm = np.array([term.kind == "coterm" for term in terms], dtype=bool)
    whole = np.where(
        months > 0,
        months,
        np.where(is_coterm, np.maximum(np.round((end - start) / 30.44), 1), NONE),
    ).astype(np.int64)
    return {
        "salesforce.contract": {
            "id": ids,
            "account_id": accounts.ids.take(pa.array(account)),
            "contract_number": numbered("", np.arange(len(terms)) + 100, 8),
            "status": column(terms, "status").tolist(),
            "start_date": start,
            "end_date": end,
            "contract_term": whole,
            "customer_signed_date": signed,
            "activated_date": signed_at,
            "owner_id": pick(world.staff.ids, world.staff.seller[account]),
            "auto_renew_c": auto,
            "notice_period_days_c": column(terms, "notice_days"),
            "arr_c": arr,
            "tcv_c": np.where(whole == NONE, np.nan, np.round(arr * whole / 12, 2)),
            "currency_iso_code": labels(accounts, "currency").take(pa.array(account)),
            "licensed_seats_c": seats,
            "previous_contract_c": pick(ids, previous),
            "is_deleted": np.zeros(len(terms), dtype=bool),
            "created_date": draft,
            "last_modified_date": np.minimum(changed, settings.end_second),
        }
    }
