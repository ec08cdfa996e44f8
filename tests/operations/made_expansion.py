"""Expansion deals with the history of their amounts, leads before some of them, and NPS answers."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from tests.operations.made_company import END

Rows = list[dict[str, Any]]
KINDS = ("Expansion", "Upsell", "cross-sell", "Renewal")
ROLES = ("Economic Buyer", "Executive Sponsor", "Champion", "User")


def made_expansion(
    seed: int = 11, accounts: int = 30, deals: int = 120, leads: int = 60
) -> dict[str, pd.DataFrame]:
    """Contract tables of what sells more, to be put beside those of `made_company`."""
    draw = random.Random(seed)
    tables: dict[str, Rows] = {
        name: []
        for name in (
            "crm_opportunities", "crm_opportunity_history", "cs_ctas", "cs_playbook_tasks",
            "crm_contacts", "cs_surveys",
        )
    }  # fmt: skip
    for number in range(deals):
        _deal(draw, f"x{number:03}", f"a{draw.randrange(accounts):02}", tables)
    for number in range(leads):
        _lead(draw, f"l{number:02}", f"a{draw.randrange(accounts):02}", tables)
    for number in range(accounts):
        _answers(draw, f"a{number:02}", tables)
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _moment(draw: random.Random) -> datetime:
    return datetime(2025, 1, 1) + timedelta(seconds=draw.randrange(545 * 86_400))


def _deal(draw: random.Random, deal: str, account: str, tables: dict[str, Rows]) -> None:
    created = _moment(draw)
    closed = created + timedelta(days=draw.randrange(1, 150))
    amount, at = draw.randrange(100, 900), created
    steps = [(at, None, amount)]
    for _ in range(draw.randrange(4)):
        at += timedelta(days=draw.randrange(25), hours=draw.randrange(12))
        if at < min(closed, END):
            steps.append((at, amount, amount := draw.randrange(100, 900)))
    is_closed = closed < END
    won = draw.random() < 0.7
    tables["crm_opportunities"].append({
        "opportunity_id": deal, "account_id": account, "opportunity_type": draw.choice(KINDS),
        "stage_name": "Closed" if is_closed else "Open", "amount": amount, "currency": "USD",
        "is_closed": is_closed, "is_won": is_closed and won, "created_at": created,
        "closed_at": closed if is_closed else None, "close_date": closed.date(),
        "lead_source": draw.choice(["Customer Success", "Partner", None, None]),
        "is_deleted": draw.random() < 0.03, "updated_at": created,
    })  # fmt: skip
    for number, (moment, old, new) in enumerate(steps):
        tables["crm_opportunity_history"].append({
            "history_id": f"{deal}-{number}", "opportunity_id": deal, "field_name": "amount",
            "old_value": None if old is None else str(old), "new_value": str(new),
            "changed_at": moment, "_row_hash": f"{deal}-{number}",
        })  # fmt: skip


def _lead(draw: random.Random, lead: str, account: str, tables: dict[str, Rows]) -> None:
    created = _moment(draw)
    qualified = created + timedelta(days=draw.randrange(20))
    tables["cs_ctas"].append({
        "cta_id": lead, "account_id": account, "cta_type": draw.choice(["Expansion", "Upsell"]),
        "status": "Open", "created_at": created, "updated_at": created,
    })  # fmt: skip
    if draw.random() < 0.8:
        done = qualified < END and draw.random() < 0.8
        tables["cs_playbook_tasks"].append({
            "task_id": lead, "cta_id": lead, "account_id": account, "playbook_step": "Qualify",
            "status": "Done", "completed_at": qualified if done else None, "updated_at": created,
        })  # fmt: skip


def _answers(draw: random.Random, account: str, tables: dict[str, Rows]) -> None:
    for number in range(draw.randrange(1, 5)):
        contact = f"{account}-{number}"
        tables["crm_contacts"].append({
            "contact_id": contact, "account_id": account, "role": draw.choice(ROLES),
            "is_active": True, "created_at": datetime(2024, 1, 1), "is_deleted": False,
            "updated_at": datetime(2024, 1, 1),
        })  # fmt: skip
        for again in range(draw.randrange(1, 4)):
            answered = _moment(draw)
            tables["cs_surveys"].append({
                "response_id": f"{contact}-{again}", "account_id": account,
                "contact_id": contact, "survey_type": "NPS", "score": draw.randrange(6, 11),
                "sent_at": answered, "responded_at": answered, "updated_at": answered,
            })  # fmt: skip
