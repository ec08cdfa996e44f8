"""How people at the made accounts deal with us, drawn at random: late, deleted, answered or not."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

Rows = list[dict[str, Any]]
END = date(2026, 6, 30)


def made_dealings(accounts: list[str], seed: int = 11) -> dict[str, Rows]:
    """Contacts who come and go, activities recorded late or deleted, programmes and moved books."""
    draw = random.Random(seed)
    tables: dict[str, Rows] = defaultdict(list)
    tables["hr_employees"] = [
        {"employee_id": user, "user_id": user, "full_name": user, "role": role, "team": team,
         "region": "EMEA", "fte": 1, "start_date": date(2023, 1, 1), "is_active": True}
        for user, role, team in (("u1", "CSM", "East"), ("u2", "Digital CSM", "Pool"))
    ]  # fmt: skip
    for account in accounts:
        people = [f"{account}-p{n}" for n in range(draw.randrange(1, 6))]
        for n, person in enumerate(people):
            left = draw.random() < 0.3
            made = datetime(2023, 12, 1) + timedelta(days=draw.randrange(700) * (n > 0))
            gone = made + timedelta(days=draw.randrange(1, 500)) if left else made
            tables["crm_contacts"].append({
                "contact_id": person, "account_id": account, "is_active": not left,
                "is_executive_sponsor": n < 2, "created_at": made, "updated_at": gone,
            })  # fmt: skip
        for n in range(draw.randrange(30)):
            at = datetime(2025, 3, 1, 9) + timedelta(days=draw.randrange(480))
            kind = draw.choice(["meeting", "training", "call", "email", "update"])
            recorded = at + timedelta(days=draw.choice([0, 0, 0, 5, 40]))
            void = draw.random() < 0.1
            tables["crm_activities"].append({
                "activity_id": f"{account}-{n}", "account_id": account,
                "contact_id": draw.choice([*people, None]), "activity_type": kind,
                "outcome": draw.choice(["Connected", "No answer"]) if kind == "call" else None,
                "direction": draw.choice(["inbound", "outbound"]) if kind == "email" else None,
                "is_customer_facing": kind != "update", "occurred_at": at, "completed_at": at,
                "status": "Completed", "created_at": recorded, "is_deleted": void,
                "updated_at": recorded + timedelta(days=20) if void else recorded,
            })  # fmt: skip
        for n in range(draw.randrange(25)):
            sent = datetime(2025, 3, 1, 7) + timedelta(days=draw.randrange(480))
            answered = sent + timedelta(days=draw.randrange(30))
            tables["cs_programme_touches"].append({
                "touch_id": f"{account}-m{n}", "account_id": account,
                "contact_id": draw.choice(people),
                "programme": draw.choice(["Tips", "News letter"]),
                "channel": draw.choice(["email", "in-app"]), "sent_at": sent,
                "engaged_at": answered if draw.random() < 0.5 and answered.date() <= END else None,
            })  # fmt: skip
    return dict(tables)
