"""Faults of single records: empty fields, double keys, strangers, orphans."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import numpy as np

from seeds.generator.fault_marks import FREE, SMALL, free_row, moment, owner_of
from seeds.generator.identifiers import salesforce, scrambled
from seeds.generator.planting import Planter


def plant_missing_values(p: Planter) -> None:
    """Empty required fields in rows that parse, in tables on whose rows nothing else hangs."""
    for name, key, column, field_name in (
        ("gainsight.escalation", "gsid", "status", "status"),
        ("gainsight.qbr", "gsid", "status", "status"),
        ("gainsight.program_touch", "gsid", "channel", "channel"),
        ("gainsight.survey_response", "id", "survey_type", "survey_type"),
        ("zendesk.satisfaction_rating", "id", "score", "score_label"),
        ("stripe.credit_note", "id", "currency", "currency"),
    ):
        number = free_row(p, name, SMALL)
        row = p.row(name, number)
        p.edit(name, number, **{column: None})
        p.note(
            "missing_required_value",
            name,
            row[key],
            owner_of(p, row),
            field_name,
            f"{column} is empty",
        )


def plant_duplicates(p: Planter) -> None:
    """The same key twice: exact copies, and copies with another content."""
    for name, key, other in (
        ("gainsight.program_touch", "gsid", {}),
        ("stripe.credit_note", "id", {}),
        ("zendesk.satisfaction_rating", "id", {}),
        ("salesforce.contact", "id", {"title": "Head of Something Else"}),
        ("salesforce.task", "id", {"subject": "Another subject"}),
        ("gainsight.timeline_activity", "gsid", {"subject": "Another subject"}),
    ):
        number = free_row(p, name, SMALL)
        row = p.row(name, number)
        p.add(name, [{**row, **other}])
        p.note(
            "duplicate_key",
            name,
            row[key],
            owner_of(p, row),
            key,
            "the key twice, with another content" if other else "an exact copy",
        )


def plant_strangers(p: Planter) -> None:
    """Billing customers and support organisations that belong to no account."""
    world, end = p.world, p.world.settings.end_day
    price = next(
        row
        for row in p.tables["stripe.price"].to_pylist()
        if row["currency"] == "usd"
        and row["recurring_interval"] == "month"
        and row["nickname"].startswith("Starter")
    )
    for number in range(3):
        key = np.array([FREE + number])
        customer, subscription, item = (
            scrambled(prefix, key, 12, world.settings.seed)[0].as_py()
            for prefix in ("cus_", "sub_", "si_")
        )
        start = moment(end - 200 + 17 * number, 0)
        name = ("Walk-in Trading", "Unlisted Ventures", "Pop-up Studio")[number]
        p.add(
            "stripe.customer",
            [
                {
                    "id": customer,
                    "name": name,
                    "email": f"pay{number}@stranger.example",
                    "currency": "usd",
                    "delinquent": False,
                    "balance": 0,
                    "is_deleted": False,
                    "created": start,
                    "_fivetran_synced": start,
                }
            ],
        )
        p.add(
            "stripe.subscription",
            [
                {
                    "id": subscription,
                    "customer_id": customer,
                    "status": "active",
                    "currency": "usd",
                    "start_date": start,
                    "created": start,
                    "current_period_start": moment(end - 10, 0),
                    "current_period_end": moment(end + 20, 0),
                    "cancel_at_period_end": False,
                    "collection_method": "charge_automatically",
                    "_fivetran_synced": start,
                }
            ],
        )
        p.add(
            "stripe.subscription_item",
            [
                {
                    "id": item,
                    "subscription_id": subscription,
                    "price_id": price["id"],
                    "quantity": Decimal(4 + number),
                    "created": start,
                    "_fivetran_start": start,
                    "_fivetran_end": datetime(9999, 12, 31, 23, 59, 59),
                    "_fivetran_active": True,
                }
            ],
        )
        p.note(
            "unresolved_account",
            "stripe.customer",
            customer,
            "",
            "account_id",
            f"'{name}' is in no id map and names no account; its subscription is billed",
        )
    for number in range(2):
        organization = str(360_900_000_001 + number)
        at = moment(end - 90 - number)
        p.add(
            "zendesk.organization",
            [
                {
                    "id": organization,
                    "name": f"Passer-by {number + 1}",
                    "created_at": at,
                    "updated_at": at,
                }
            ],
        )
        p.note(
            "unresolved_account",
            "zendesk.organization",
            organization,
            "",
            "account_id",
            "the organisation is in no id map and names no account",
        )


def plant_orphans(p: Planter) -> None:
    """References to what doesn't exist."""
    world, end = p.world, p.world.settings.end_day
    # Beyond the last ticket of a company of any size.
    free_ticket = max(990_000, 100_000 + p.tables["zendesk.ticket"].num_rows) + 1
    for number in range(3):
        at = moment(end - 40 - number)
        ticket = str(free_ticket + number)
        p.add(
            "zendesk.ticket",
            [
                {
                    "id": ticket,
                    "organization_id": str(369_999_999_001 + number),
                    "subject": "Question about billing",
                    "type": "question",
                    "priority": "low",
                    "status": "open",
                    "via_channel": "email",
                    "created_at": at,
                    "updated_at": at,
                }
            ],
        )
        p.note(
            "orphan_reference",
            "zendesk.ticket",
            ticket,
            "",
            "support_org_id",
            "the organisation doesn't exist",
        )
        key = np.array([FREE + 100 + number])
        invoice, customer = (
            scrambled(prefix, key, 12, world.settings.seed)[0].as_py() for prefix in ("in_", "cus_")
        )
        p.add(
            "stripe.invoice",
            [
                {
                    "id": invoice,
                    "number": f"INV-99{number:05d}",
                    "customer_id": customer,
                    "status": "paid",
                    "billing_reason": "manual",
                    "currency": "usd",
                    "subtotal": 9_900,
                    "tax": 0,
                    "total": 9_900,
                    "amount_due": 9_900,
                    "amount_paid": 9_900,
                    "amount_remaining": 0,
                    "attempt_count": 1,
                    "created": at,
                    "due_date": at,
                    "status_transitions_finalized_at": at,
                    "status_transitions_paid_at": at,
                    "period_start": at,
                    "period_end": at,
                    "_fivetran_synced": at,
                }
            ],
        )
        p.note(
            "orphan_reference",
            "stripe.invoice",
            invoice,
            "",
            "billing_customer_id",
            "the customer doesn't exist",
        )
        opportunity = salesforce("006", key, world.settings.seed)[0].as_py()
        p.add(
            "salesforce.opportunity",
            [
                {
                    "id": opportunity,
                    "account_id": salesforce("001", key, world.settings.seed)[0].as_py(),
                    "name": "Lost in migration",
                    "type": "Expansion",
                    "stage_name": "Closed Lost",
                    "forecast_category_name": "Omitted",
                    "amount": Decimal("900.00"),
                    "currency_iso_code": "USD",
                    "arr_c": Decimal("900.00"),
                    "prior_arr_c": Decimal(0),
                    "probability": Decimal(0),
                    "close_date": at.date(),
                    "is_closed": True,
                    "is_won": False,
                    "closed_date_c": at,
                    "is_deleted": False,
                    "created_date": at,
                    "last_modified_date": at,
                }
            ],
        )
        p.note(
            "orphan_reference",
            "salesforce.opportunity",
            opportunity,
            "",
            "account_id",
            "the account doesn't exist",
        )
