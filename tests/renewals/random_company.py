"""A random company of yearly terms with opportunities that change their mind, made from a seed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.independent.company import at, item
from tests.renewals.company import contract, opportunity

FIRST_END, LAST_END = date(2024, 9, 1), date(2026, 9, 30)
CATEGORIES = ("Pipeline", "Best Case", "Commit", "At Risk")
Rows = list[dict[str, Any]]


def random_company(seed: int, accounts: int) -> tuple[Rows, dict[str, Rows]]:
    """Items, and contracts, opportunities and their history by table, as known on 30 June 2026."""
    dice = random.Random(seed)
    items: Rows = []
    tables: dict[str, Rows] = {name: [] for name in (
        "crm_contracts", "crm_opportunities", "crm_opportunity_history")}  # fmt: skip
    for number in range(accounts):
        _account(dice, f"a{number}", items, tables)
    return items, tables


def _account(dice: random.Random, name: str, items: Rows, tables: dict[str, Rows]) -> None:
    today = date(2026, 6, 30)
    end = FIRST_END + timedelta(days=dice.randrange((LAST_END - FIRST_END).days))
    start, arr = end.replace(year=end.year - 1, day=min(end.day, 28)), dice.randrange(10, 500) * 10
    after = dice.choice([0, arr, arr, arr, arr // 2, arr + 100])
    settled = end + timedelta(days=dice.randrange(-120, 40))
    same = {"subscription_item_id": f"{name}_i", "subscription_id": f"{name}_s"}
    tables["crm_contracts"].append(
        contract(name, f"{name}_old", start.isoformat(), end.isoformat(), arr))  # fmt: skip
    goes_on = after if settled <= today and end <= today else (arr if end > today else 0)
    stays = end > today or goes_on > 0
    before_end = None if end > today else end.isoformat()
    items.append(item(name, start.isoformat(), before_end, arr, contract_id=f"{name}_old", **same))
    if settled <= today and after:
        tables["crm_contracts"].append(
            contract(name, f"{name}_new", end.isoformat(), None, after, settled.isoformat(),
                     previous_contract_id=f"{name}_old"))  # fmt: skip
    if end <= today and stays:
        items.append(item(name, end.isoformat(), None, goes_on, contract_id=f"{name}_new", **same))
    created = end - timedelta(days=180)
    if dice.random() < 0.15 or created > today:
        return
    closed = settled if settled <= today else None
    tables["crm_opportunities"].append(
        opportunity(name, f"{name}_o", end.isoformat(), f"{name}_old", created.isoformat(),
                    closed.isoformat() if closed else None, after > 0, amount=Decimal(arr)),
    )  # fmt: skip
    category = None
    for step in range(4):
        changed = created + timedelta(days=30 * step)
        if changed > today or (closed and changed >= closed):
            break
        following = dice.choice(CATEGORIES)
        tables["crm_opportunity_history"].append({
            "history_id": f"{name}_h{step}", "opportunity_id": f"{name}_o",
            "field_name": "forecast_category", "old_value": category, "new_value": following,
            "changed_at": at(changed, 9),
        })  # fmt: skip
        category = following
    if closed:
        tables["crm_opportunity_history"].append({
            "history_id": f"{name}_closed", "opportunity_id": f"{name}_o",
            "field_name": "forecast_category", "old_value": category,
            "new_value": "Closed" if after else "Omitted", "changed_at": at(closed, 10),
        })  # fmt: skip
