"""Thirty customers with tickets at all hours, escalations and onboardings, drawn at random."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

Rows = list[dict[str, Any]]
END = datetime(2026, 7, 1)
"""The first moment after the as-of day."""
REGIONS = ("AMER", "EMEA", "APAC", None)
SEGMENTS = ("enterprise", "mid_market", "smb")
CHANGE_DAYS = (datetime(2025, 3, 9), datetime(2025, 3, 30), datetime(2025, 4, 6),
               datetime(2025, 10, 5), datetime(2025, 10, 26), datetime(2025, 11, 2))  # fmt: skip
"""Sundays on which clocks changed in New York, London or Sydney."""


def made_company(seed: int = 7, accounts: int = 30, tickets: int = 600) -> dict[str, pd.DataFrame]:
    """Contract tables; each draw is independent and no rule of the models is used to make them."""
    draw = random.Random(seed)
    tables: dict[str, Rows] = {
        name: []
        for name in (
            "crm_accounts", "crm_opportunities", "cs_onboarding_milestones", "support_tickets",
            "support_ticket_events", "support_csat", "cs_escalations",
        )
    }  # fmt: skip
    for number in range(accounts):
        _account(draw, f"a{number:02}", tables)
    for number in range(tickets):
        _ticket(draw, f"t{number:03}", f"a{draw.randrange(accounts):02}", tables)
    for number in range(60):
        _escalation(draw, f"e{number:02}", f"a{draw.randrange(accounts):02}", tables)
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _account(draw: random.Random, account: str, tables: dict[str, Rows]) -> None:
    won = date(2024, 1, 1) + timedelta(days=draw.randrange(880))
    tables["crm_accounts"].append({
        "account_id": account, "account_name": account, "created_at": datetime(2023, 12, 1),
        "updated_at": datetime(2023, 12, 1), "region": draw.choice(REGIONS),
        "segment": draw.choice(SEGMENTS), "lifecycle_stage": "Customer", "is_customer": True,
        "became_customer_at": pd.Timestamp(won), "csm_user_id": draw.choice(["u1", "u2", None]),
        "currency": "USD", "arr": 1200,
    })  # fmt: skip
    tables["crm_opportunities"].append({
        "opportunity_id": f"o-{account}", "account_id": account, "is_won": True, "is_closed": True,
        "opportunity_type": "New Business", "stage_name": "Closed Won", "close_date": won,
        "closed_at": pd.Timestamp(won), "created_at": pd.Timestamp(won),
        "updated_at": pd.Timestamp(won),
    })  # fmt: skip
    day = won
    arrived = True
    for name in ("Kick-off held", "First report shared", "Rollout complete"):
        day += timedelta(days=draw.randrange(1, 80))
        arrived = arrived and draw.random() < 0.8 and day < END.date()
        tables["cs_onboarding_milestones"].append({
            "milestone_id": f"{account}-{name}", "account_id": account, "milestone_name": name,
            "is_first_value": name == "First report shared", "due_date": won + timedelta(days=60),
            "reached_at": pd.Timestamp(day) if arrived else None,
        })  # fmt: skip


def _moment(draw: random.Random) -> datetime:
    if draw.random() < 0.2:
        return draw.choice(CHANGE_DAYS) + timedelta(minutes=draw.randrange(-4320, 4320))
    return datetime(2025, 1, 1) + timedelta(seconds=draw.randrange(545 * 86_400))


def _ticket(draw: random.Random, ticket: str, account: str, tables: dict[str, Rows]) -> None:
    created = _moment(draw)
    steps: list[tuple[datetime, str, str]] = []
    moment = created + timedelta(minutes=draw.choice([20, 200, 239, 240, 241, 900, 5000]))
    if draw.random() < 0.9:
        steps.append((moment, "reply", ""))
    for _ in range(draw.choice([0, 1, 1, 1, 2, 3])):
        moment += timedelta(minutes=draw.randrange(30, 12_000))
        steps.append((moment, "change", "solved"))
        moment += timedelta(minutes=draw.randrange(30, 8_000))
        steps.append((moment, "change", draw.choice(["closed", "open"])))
        if steps[-1][2] == "closed":
            break
    known = [step for step in steps if step[0] < END]
    done, solved, reopens = False, None, 0
    for at, kind, status in known:
        if kind == "reply":
            continue
        if status == "open":
            done, solved, reopens = False, None, reopens + 1
        elif not done:
            done, solved = True, at
    tables["support_tickets"].append({
        "ticket_id": ticket, "account_id": account, "status": "solved" if done else "open",
        "priority": "normal", "channel": "email", "created_at": created, "updated_at": created,
        "solved_at": solved, "reopens": reopens, "is_deleted": draw.random() < 0.02,
    })  # fmt: skip
    for number, (at, kind, status) in enumerate(known):
        tables["support_ticket_events"].append({
            "ticket_event_id": f"{ticket}-{number}", "ticket_id": ticket, "event_type": kind,
            "field_name": "status" if kind == "change" else "comment", "new_value": status,
            "occurred_at": at,
        })  # fmt: skip
    if solved and draw.random() < 0.4:
        tables["support_csat"].append({
            "csat_id": f"c-{ticket}", "ticket_id": ticket, "account_id": account,
            "score_label": draw.choice(["good", "bad"]),
            "responded_at": min(solved + timedelta(hours=2), END - timedelta(hours=1)),
        })  # fmt: skip


def _escalation(
    draw: random.Random, escalation: str, account: str, tables: dict[str, Rows]
) -> None:
    opened = _moment(draw)
    answered = opened + timedelta(minutes=draw.randrange(10, 3000))
    resolved = answered + timedelta(minutes=draw.randrange(10, 60_000))
    tables["cs_escalations"].append({
        "escalation_id": escalation, "account_id": account, "reason": "Outage",
        "tier": draw.choice(["tier_1", "Manager", "director", "Executive Sponsor"]),
        "status": "Resolved" if resolved < END else "Open", "opened_at": opened,
        "first_response_at": answered if answered < END else None,
        "resolved_at": resolved if resolved < END else None, "updated_at": opened,
    })  # fmt: skip
