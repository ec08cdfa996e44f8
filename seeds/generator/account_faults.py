"""Faults of accounts: required fields, impossible dates, spellings of ids, currencies."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.billing_ids import customer_ids
from seeds.generator.fault_marks import ACCOUNT, FREE, MODEST, SMALL, moment
from seeds.generator.identifiers import salesforce
from seeds.generator.planting import Planter
from seeds.generator.support_people import organization_ids


def plant_account_fields(p: Planter) -> None:
    """Faults in required fields of CRM accounts, each with its entry in the field history."""
    settings = p.world.settings
    ids = p.world.accounts.ids
    plan: list[tuple[str, str, str, Any, str]] = []
    plan += [
        (
            "missing_renewal_date",
            "renewal_date_c",
            "renewal_date",
            None,
            "someone cleared the renewal date",
        )
    ] * 4
    plan += [("missing_arr", "arr_c", "arr", None, "someone cleared the ARR")] * 4
    plan += [("negative_arr", "arr_c", "arr", -1.0, "the sign of the ARR was turned")] * 3
    for factor, why in (
        (1.07, "an upsell was entered that was never billed"),
        (0.8, "a discount was entered that was never billed"),
        (12.0, "twelve times the ARR was entered"),
        (1.03, "the ARR was rounded generously"),
        (0.5, "half the ARR was entered"),
    ):
        plan.append(("arr_billing_mismatch", "arr_c", "arr", factor, why))
    plan += [("missing_segment", "segment_c", "segment", None, "someone cleared the segment")] * 4
    for label in ("Corporate", "Strategic", "Tier 1"):
        plan.append(
            (
                "unknown_segment",
                "segment_c",
                "segment",
                label,
                f"the segment '{label}' is in no list",
            )
        )
    for number, (rule, column, field_name, value, why) in enumerate(plan):
        account_id = ids[p.victims.take(SMALL if rule == "negative_arr" else MODEST)].as_py()
        row = p.row_of(ACCOUNT, "id", account_id)
        before = p.row(ACCOUNT, row)[column]
        after = value
        if isinstance(value, float):
            after = (before * Decimal(str(value))).quantize(Decimal("0.01"))
        at = moment(settings.end_day - 2 - int(p.random.integers(0, 35)), 50_000 + number)
        p.edit(
            ACCOUNT,
            row,
            **{
                column: after,
                "last_modified_date": max(at, p.row(ACCOUNT, row)["last_modified_date"]),
            },
        )
        p.add(
            "salesforce.account_history",
            [
                {
                    "id": salesforce("017", np.array([FREE + number]), settings.seed)[0].as_py(),
                    "account_id": account_id,
                    "field": column,
                    "old_value": str(before),
                    "new_value": None if after is None else str(after),
                    "created_by_id": p.row(ACCOUNT, row)["owner_id"],
                    "created_date": at,
                }
            ],
        )
        p.note(rule, ACCOUNT, account_id, account_id, field_name, why)


def plant_dates(p: Planter) -> None:
    """Years that no calendar of a business holds, and contracts that end before they start."""
    ids = p.world.accounts.ids
    for column, field_name, day in (
        ("contract_start_date_c", "contract_start_date", date(1900, 1, 1)),
        ("contract_end_date_c", "contract_end_date", date(2206, 6, 30)),
    ):
        account_id = ids[p.victims.take(MODEST)].as_py()
        p.edit(ACCOUNT, p.row_of(ACCOUNT, "id", account_id), **{column: day})
        p.note(
            "date_out_of_range", ACCOUNT, account_id, account_id, field_name, f"the year {day.year}"
        )
    table = p.tables["salesforce.opportunity"]
    lost = [
        number
        for number, (kind, closed, won) in enumerate(
            zip(
                table["type"].to_pylist(),
                table["is_closed"].to_pylist(),
                table["is_won"].to_pylist(),
                strict=True,
            )
        )
        if kind != "Renewal" and closed and not won
    ]
    lost = [n for n in lost if p.victims.claim(table["account_id"][n].as_py(), SMALL)][:2]
    for number, day in zip(lost, (date(2206, 3, 1), date(1900, 1, 1)), strict=True):
        row = p.row("salesforce.opportunity", number)
        p.edit("salesforce.opportunity", number, close_date=day)
        p.note(
            "date_out_of_range",
            "salesforce.opportunity",
            row["id"],
            row["account_id"],
            "close_date",
            f"the year {day.year}",
        )
    table = p.tables["salesforce.contract"]
    spare = {
        t
        for t, term in enumerate(p.world.ledger.terms)
        if term.kind == "coterm" and term.status == "Expired"
    }
    old = sorted(spare) + [
        t
        for t, term in enumerate(p.world.ledger.terms)
        if term.kind == "new" and term.status == "Expired"
    ]
    accounts = table["account_id"].to_pylist()
    free = [n for n in old if p.victims.claim(accounts[n], MODEST)]
    for number in free[:3]:
        row = p.row("salesforce.contract", number)
        end = row["start_date"] - timedelta(days=30)
        p.edit("salesforce.contract", number, end_date=end)
        p.note(
            "end_before_start",
            "salesforce.contract",
            row["id"],
            row["account_id"],
            "end_date",
            f"ends {end}, starts {row['start_date']}",
        )


def plant_spellings(p: Planter) -> None:
    """The account id in other spellings in the id map."""
    for label, spell in (
        ("15 characters", lambda i: i[:15]),
        ("15 characters", lambda i: i[:15]),
        ("lower case", str.lower),
        ("upper case", str.upper),
        ("padded with spaces", lambda i: f" {i} "),
    ):
        account = p.victims.take(MODEST)
        account_id = p.world.accounts.ids[account].as_py()
        organization = organization_ids(p.world)[account].as_py()
        number = p.row_of("mdm.id_map", "source_id", organization)
        p.edit("mdm.id_map", number, account_id=spell(account_id))
        p.note(
            "alternate_id_spelling",
            "mdm.id_map",
            f"zendesk|organization|{organization}",
            account_id,
            "account_id",
            f"the account id is written in {label}",
        )


def plant_currencies(p: Planter) -> None:
    """Three small accounts pay in currencies for which treasury keeps no rate."""
    world = p.world
    owners = Counter(record.account for record in world.ledger.subscriptions)
    chosen = [p.victims.take(SMALL, lambda account: owners[account] == 1) for _ in range(3)]
    for account, code in zip(chosen, ("SEK", "NOK", "CHF"), strict=True):
        account_id = world.accounts.ids[account].as_py()
        customer = customer_ids(world)[account].as_py()
        old = words.CURRENCIES[int(world.accounts.currency[account])]
        for name in ("account", "contract", "opportunity"):
            key = "id" if name == "account" else "account_id"
            _recode(p, f"salesforce.{name}", key, {account_id}, "currency_iso_code", old, code)
        for name in ("customer", "subscription", "invoice", "credit_note"):
            _recode(
                p,
                f"stripe.{name}",
                "id" if name == "customer" else "customer_id",
                {customer},
                "currency",
                old.lower(),
                code.lower(),
            )
        subscriptions = p.tables["stripe.subscription"]
        mine = subscriptions.filter(pa.compute.equal(subscriptions["customer_id"], customer))
        subscription = mine["id"][0].as_py()
        _recode(
            p,
            "stripe.invoice_line_item",
            "subscription_id",
            {subscription},
            "currency",
            old.lower(),
            code.lower(),
        )
        items = p.tables["stripe.subscription_item"]
        rows = np.flatnonzero(np.array(items["subscription_id"].to_pylist()) == subscription)
        renamed: dict[str, str] = {}
        for number in rows.tolist():
            price = p.row("stripe.subscription_item", number)["price_id"]
            renamed[price] = f"{price}{code}"
            p.edit("stripe.subscription_item", number, price_id=renamed[price])
        lines = np.array(p.tables["stripe.invoice_line_item"]["subscription_id"].to_pylist())
        for before, after in renamed.items():
            row = p.row("stripe.price", p.row_of("stripe.price", "id", before))
            p.add("stripe.price", [{**row, "id": after, "currency": code.lower()}])
            p.replace("stripe.invoice_line_item", "price_id", before, after, lines == subscription)
        p.note(
            "missing_fx_rate",
            "stripe.subscription",
            subscription,
            account_id,
            "currency",
            f"billed in {code}, for which there is no rate",
        )
        p.note(
            "missing_fx_rate",
            ACCOUNT,
            account_id,
            account_id,
            "currency",
            f"billed in {code}, for which there is no rate",
        )


def _recode(
    p: Planter, name: str, key: str, keys: set[str], column: str, old: str, new: str
) -> None:
    values = p.tables[name][key].to_pylist()
    p.replace(name, column, old, new, np.array([value in keys for value in values], dtype=bool))
