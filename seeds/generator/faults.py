"""Plants the known faults: small, each on an account or record of its own, each written down."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from seeds.generator import words
from seeds.generator.billing import customer_ids
from seeds.generator.identifiers import numbered, salesforce, scrambled
from seeds.generator.planting import Planter
from seeds.generator.support import organization_ids
from seeds.generator.usage import UsagePlan

SMALL, MODEST = 0.0015, 0.006
"""Most of the company's ARR that an account with a fault may hold: the gate must let it pass."""

_FREE = 900_000_000
"""Record numbers from here on belong to no real record."""

ACCOUNT = "salesforce.account"


def _moment(day: int, second: int = 39_600) -> datetime:
    return datetime.fromtimestamp(day * 86_400 + second, UTC).replace(tzinfo=None)


def _date(day: int) -> date:
    return _moment(day).date()


def _account_fields(p: Planter) -> None:
    """Faults in required fields of CRM accounts, each with its entry in the field history."""
    settings = p.world.settings
    ids = p.world.accounts.ids
    plan: list[tuple[str, str, str, Any, str]] = []
    plan += [("missing_renewal_date", "renewal_date_c", "renewal_date", None,
              "someone cleared the renewal date")] * 4
    plan += [("missing_arr", "arr_c", "arr", None, "someone cleared the ARR")] * 4
    plan += [("negative_arr", "arr_c", "arr", -1.0, "the sign of the ARR was turned")] * 3
    for factor, why in ((1.07, "an upsell was entered that was never billed"),
                        (0.8, "a discount was entered that was never billed"),
                        (12.0, "twelve times the ARR was entered"),
                        (1.03, "the ARR was rounded generously"),
                        (0.5, "half the ARR was entered")):
        plan.append(("arr_billing_mismatch", "arr_c", "arr", factor, why))
    plan += [("missing_segment", "segment_c", "segment", None, "someone cleared the segment")] * 4
    for label in ("Corporate", "Strategic", "Tier 1"):
        plan.append(("unknown_segment", "segment_c", "segment", label,
                     f"the segment '{label}' is in no list"))
    for number, (rule, column, field_name, value, why) in enumerate(plan):
        account_id = ids[p.victims.take(SMALL if rule == "negative_arr" else MODEST)].as_py()
        row = p.row_of(ACCOUNT, "id", account_id)
        before = p.row(ACCOUNT, row)[column]
        after = value
        if isinstance(value, float):
            after = (before * Decimal(str(value))).quantize(Decimal("0.01"))
        at = _moment(settings.end_day - 2 - int(p.random.integers(0, 35)), 50_000 + number)
        p.edit(ACCOUNT, row, **{column: after, "last_modified_date": max(
            at, p.row(ACCOUNT, row)["last_modified_date"])})
        p.add("salesforce.account_history", [{
            "id": salesforce("017", np.array([_FREE + number]), settings.seed)[0].as_py(),
            "account_id": account_id, "field": column, "old_value": str(before),
            "new_value": None if after is None else str(after),
            "created_by_id": p.row(ACCOUNT, row)["owner_id"], "created_date": at}])
        p.note(rule, ACCOUNT, account_id, account_id, field_name, why)


def _dates(p: Planter) -> None:
    """Years that no calendar of a business holds, and contracts that end before they start."""
    ids = p.world.accounts.ids
    for column, field_name, day in (
            ("contract_start_date_c", "contract_start_date", date(1900, 1, 1)),
            ("contract_end_date_c", "contract_end_date", date(2206, 6, 30))):
        account_id = ids[p.victims.take(MODEST)].as_py()
        p.edit(ACCOUNT, p.row_of(ACCOUNT, "id", account_id), **{column: day})
        p.note("date_out_of_range", ACCOUNT, account_id, account_id, field_name,
               f"the year {day.year}")
    table = p.tables["salesforce.opportunity"]
    lost = [number for number, (kind, closed, won) in enumerate(zip(
        table["type"].to_pylist(), table["is_closed"].to_pylist(), table["is_won"].to_pylist(),
        strict=True)) if kind != "Renewal" and closed and not won]
    lost = [n for n in lost if p.victims.claim(table["account_id"][n].as_py(), SMALL)][:2]
    for number, day in zip(lost, (date(2206, 3, 1), date(1900, 1, 1)), strict=True):
        row = p.row("salesforce.opportunity", number)
        p.edit("salesforce.opportunity", number, close_date=day)
        p.note("date_out_of_range", "salesforce.opportunity", row["id"], row["account_id"],
               "close_date", f"the year {day.year}")
    table = p.tables["salesforce.contract"]
    spare = {t for t, term in enumerate(p.world.ledger.terms)
             if term.kind == "coterm" and term.status == "Expired"}
    old = sorted(spare) + [t for t, term in enumerate(p.world.ledger.terms)
                           if term.kind == "new" and term.status == "Expired"]
    accounts = table["account_id"].to_pylist()
    free = [n for n in old if p.victims.claim(accounts[n], MODEST)]
    for number in free[:3]:
        row = p.row("salesforce.contract", number)
        end = row["start_date"] - timedelta(days=30)
        p.edit("salesforce.contract", number, end_date=end)
        p.note("end_before_start", "salesforce.contract", row["id"], row["account_id"],
               "end_date", f"ends {end}, starts {row['start_date']}")


def _required(p: Planter) -> None:
    """Empty required fields in rows that parse, in tables on whose rows nothing else hangs."""
    for name, key, column, field_name in (
            ("gainsight.escalation", "gsid", "status", "status"),
            ("gainsight.qbr", "gsid", "status", "status"),
            ("gainsight.program_touch", "gsid", "channel", "channel"),
            ("gainsight.survey_response", "id", "survey_type", "survey_type"),
            ("zendesk.satisfaction_rating", "id", "score", "score_label"),
            ("stripe.credit_note", "id", "currency", "currency")):
        number = _free_row(p, name, SMALL)
        row = p.row(name, number)
        p.edit(name, number, **{column: None})
        p.note("missing_required_value", name, row[key], _owner(p, row), field_name,
               f"{column} is empty")


def _free_row(p: Planter, name: str, share: float) -> int:
    """Some row of a table whose account carries no other fault and holds little of the ARR."""
    for number in p.random.permutation(len(p.tables[name]))[:2_000].tolist():
        if p.victims.claim(_owner(p, p.row(name, number)), share):
            return number
    raise ValueError(f"no row of {name} can carry a fault: ask for more accounts, or --clean")


def _owner(p: Planter, row: dict[str, Any]) -> str:
    """The CRM account of a row of another system, where the row names one."""
    if row.get("ticket_id"):
        row = p.row("zendesk.ticket", p.row_of("zendesk.ticket", "id", row["ticket_id"]))
    source = row.get("company_id") or row.get("customer_id") or row.get("organization_id")
    if row.get("account_id"):
        return row["account_id"]
    if not source:
        return ""
    found = p.row_of("mdm.id_map", "source_id", source)
    return p.row("mdm.id_map", found)["account_id"]


def _duplicates(p: Planter) -> None:
    """The same key twice: exact copies, and copies with another content."""
    for name, key, other in (
            ("gainsight.program_touch", "gsid", {}), ("stripe.credit_note", "id", {}),
            ("zendesk.satisfaction_rating", "id", {}),
            ("salesforce.contact", "id", {"title": "Head of Something Else"}),
            ("salesforce.task", "id", {"subject": "Another subject"}),
            ("gainsight.timeline_activity", "gsid", {"subject": "Another subject"})):
        number = _free_row(p, name, SMALL)
        row = p.row(name, number)
        p.add(name, [{**row, **other}])
        p.note("duplicate_key", name, row[key], _owner(p, row), key,
               "the key twice, with another content" if other else "an exact copy")


def _strangers(p: Planter) -> None:
    """Billing customers and support organisations that belong to no account."""
    world, end = p.world, p.world.settings.end_day
    price = next(row for row in p.tables["stripe.price"].to_pylist()
                 if row["currency"] == "usd" and row["recurring_interval"] == "month"
                 and row["nickname"].startswith("Starter"))
    for number in range(3):
        key = np.array([_FREE + number])
        customer, subscription, item = (
            scrambled(prefix, key, 12, world.settings.seed)[0].as_py()
            for prefix in ("cus_", "sub_", "si_"))
        start = _moment(end - 200 + 17 * number, 0)
        name = ("Walk-in Trading", "Unlisted Ventures", "Pop-up Studio")[number]
        p.add("stripe.customer", [{
            "id": customer, "name": name, "email": f"pay{number}@stranger.example",
            "currency": "usd", "delinquent": False, "balance": 0, "is_deleted": False,
            "created": start, "_fivetran_synced": start}])
        p.add("stripe.subscription", [{
            "id": subscription, "customer_id": customer, "status": "active", "currency": "usd",
            "start_date": start, "created": start, "current_period_start": _moment(end - 10, 0),
            "current_period_end": _moment(end + 20, 0), "cancel_at_period_end": False,
            "collection_method": "charge_automatically", "_fivetran_synced": start}])
        p.add("stripe.subscription_item", [{
            "id": item, "subscription_id": subscription, "price_id": price["id"],
            "quantity": Decimal(4 + number), "created": start, "_fivetran_start": start,
            "_fivetran_end": datetime(9999, 12, 31, 23, 59, 59), "_fivetran_active": True}])
        p.note("unresolved_account", "stripe.customer", customer, "", "account_id",
               f"'{name}' is in no id map and names no account; its subscription is billed")
    for number in range(2):
        organization = str(360_900_000_001 + number)
        at = _moment(end - 90 - number)
        p.add("zendesk.organization", [{
            "id": organization, "name": f"Passer-by {number + 1}", "created_at": at,
            "updated_at": at}])
        p.note("unresolved_account", "zendesk.organization", organization, "", "account_id",
               "the organisation is in no id map and names no account")


def _spellings(p: Planter) -> None:
    """The account id in other spellings in the id map."""
    for label, spell in (
            ("15 characters", lambda i: i[:15]), ("15 characters", lambda i: i[:15]),
            ("lower case", str.lower), ("upper case", str.upper),
            ("padded with spaces", lambda i: f" {i} ")):
        account = p.victims.take(MODEST)
        account_id = p.world.accounts.ids[account].as_py()
        organization = organization_ids(p.world)[account].as_py()
        number = p.row_of("mdm.id_map", "source_id", organization)
        p.edit("mdm.id_map", number, account_id=spell(account_id))
        p.note("alternate_id_spelling", "mdm.id_map", f"zendesk|organization|{organization}",
               account_id, "account_id", f"the account id is written in {label}")


def _orphans(p: Planter) -> None:
    """References to what doesn't exist."""
    world, end = p.world, p.world.settings.end_day
    for number in range(3):
        at = _moment(end - 40 - number)
        ticket = str(990_001 + number)
        p.add("zendesk.ticket", [{
            "id": ticket, "organization_id": str(369_999_999_001 + number),
            "subject": "Question about billing", "type": "question", "priority": "low",
            "status": "open", "via_channel": "email", "created_at": at, "updated_at": at}])
        p.note("orphan_reference", "zendesk.ticket", ticket, "", "support_org_id",
               "the organisation doesn't exist")
        key = np.array([_FREE + 100 + number])
        invoice, customer = (scrambled(prefix, key, 12, world.settings.seed)[0].as_py()
                             for prefix in ("in_", "cus_"))
        p.add("stripe.invoice", [{
            "id": invoice, "number": f"INV-99{number:05d}", "customer_id": customer,
            "status": "paid", "billing_reason": "manual", "currency": "usd", "subtotal": 9_900,
            "tax": 0, "total": 9_900, "amount_due": 9_900, "amount_paid": 9_900,
            "amount_remaining": 0, "attempt_count": 1, "created": at, "due_date": at,
            "status_transitions_finalized_at": at, "status_transitions_paid_at": at,
            "period_start": at, "period_end": at, "_fivetran_synced": at}])
        p.note("orphan_reference", "stripe.invoice", invoice, "", "billing_customer_id",
               "the customer doesn't exist")
        opportunity = salesforce("006", key, world.settings.seed)[0].as_py()
        p.add("salesforce.opportunity", [{
            "id": opportunity, "account_id": salesforce("001", key, world.settings.seed)[0].as_py(),
            "name": "Lost in migration", "type": "Expansion", "stage_name": "Closed Lost",
            "forecast_category_name": "Omitted", "amount": Decimal("900.00"),
            "currency_iso_code": "USD", "arr_c": Decimal("900.00"), "prior_arr_c": Decimal(0),
            "probability": Decimal(0), "close_date": at.date(), "is_closed": True,
            "is_won": False, "closed_date_c": at, "is_deleted": False, "created_date": at,
            "last_modified_date": at}])
        p.note("orphan_reference", "salesforce.opportunity", opportunity, "", "account_id",
               "the account doesn't exist")


def _currencies(p: Planter) -> None:
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
            _recode(p, f"stripe.{name}", "id" if name == "customer" else "customer_id",
                    {customer}, "currency", old.lower(), code.lower())
        subscriptions = p.tables["stripe.subscription"]
        mine = subscriptions.filter(pa.compute.equal(subscriptions["customer_id"], customer))
        subscription = mine["id"][0].as_py()
        _recode(p, "stripe.invoice_line_item", "subscription_id", {subscription}, "currency",
                old.lower(), code.lower())
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
            p.replace("stripe.invoice_line_item", "price_id", before, after,
                      lines == subscription)
        p.note("missing_fx_rate", "stripe.subscription", subscription, account_id, "currency",
               f"billed in {code}, for which there is no rate")
        p.note("missing_fx_rate", ACCOUNT, account_id, account_id, "currency",
               f"billed in {code}, for which there is no rate")


def _recode(p: Planter, name: str, key: str, keys: set[str], column: str, old: str,
            new: str) -> None:
    values = p.tables[name][key].to_pylist()
    p.replace(name, column, old, new, np.array([value in keys for value in values], dtype=bool))


def _events(p: Planter, plan: UsagePlan) -> pa.Table:
    """Track events that are late, lie in the future, come before the customer, or come twice."""
    world, settings = p.world, p.world.settings
    rows: list[dict[str, Any]] = []

    def event(account: int, at: datetime, received: datetime, rule: str, detail: str) -> None:
        row = {
            "id": numbered("evt_", np.array([_FREE + len(rows)]), 9)[0].as_py(),
            "event": "report_created", "feature": "reports", "quantity": Decimal(1),
            "user_id": numbered("u", plan.first_user[account:account + 1], 7)[0].as_py(),
            "context_group_id": plan.groups[account].as_py(),
            "duration_seconds": Decimal(60), "platform": "web", "timestamp": at,
            "received_at": received}
        rows.append(row)
        p.note(rule, "product.tracks", row["id"], world.accounts.ids[account].as_py(),
               "occurred_at", detail)

    def able(account: int) -> bool:
        return bool(plan.users_per_account[account] > 0
                    and plan.seen_last[plan.first_user[account]] >= 0)

    for number, days in enumerate((30, 90, 200, 400)):
        received = _moment(settings.end_day - 1 - number)
        event(p.victims.take(MODEST, able), received + timedelta(days=days), received, "future_dated",
              f"happened {days} days after it was received")
    for number, days in enumerate((5, 9, 14, 20, 12)):
        at = _moment(settings.end_day - 30 - number)
        event(p.victims.take(MODEST, able), at, at + timedelta(days=days), "late_arrival",
              f"received {days} days after it happened")
    for _ in range(4):
        account = p.victims.take(MODEST, lambda a: able(a) and bool(
            world.accounts.created_day[a] > settings.first_day + 45))
        at = _moment(int(world.accounts.created_day[account]) - 25)
        event(account, at, at + timedelta(seconds=2), "activity_before_customer",
              "used the product before the account was created")
    return pa.Table.from_pylist(
        [{c: row.get(c) for c in p.months_schema.names} for row in rows], schema=p.months_schema)


def _copies(p: Planter, table: pa.Table) -> pa.Table:
    """Two events of a file, once more."""
    chosen = [number for number in p.random.permutation(len(table))[:200].tolist()
              if p.victims.claim(_group_owner(p, table.slice(number, 1).to_pylist()[0]), SMALL)]
    copies = table.take(pa.array(chosen[:2]))
    for row in copies.to_pylist():
        p.note("duplicate_key", "product.tracks", row["id"], _group_owner(p, row), "id",
               "an exact copy")
    return copies


def _group_owner(p: Planter, row: dict[str, Any]) -> str:
    number = p.row_of("mdm.id_map", "source_id", row["context_group_id"])
    return p.row("mdm.id_map", number)["account_id"]


def plant(p: Planter, plan: UsagePlan, sample: pa.Table) -> pa.Table:
    """Plant everything that can be planted into typed tables; returns the extra track events.

    `sample` holds some real track events, two of which are sent twice."""
    _currencies(p)
    extra = _events(p, plan)
    _account_fields(p)
    _dates(p)
    _spellings(p)
    _required(p)
    _duplicates(p)
    _strangers(p)
    _orphans(p)
    return pa.concat_tables([extra, _copies(p, sample)])

