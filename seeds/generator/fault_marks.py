"""Sizes, keys and look-ups that all kinds of planted faults share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from seeds.generator.planting import Planter

SMALL, MODEST = 0.0015, 0.006
"""Most of the company's ARR that an account with a fault may hold: the gate must let it pass."""
FREE = 900_000_000
"""Record numbers from here on belong to no real record."""
ACCOUNT = "salesforce.account"


def moment(day: int, second: int = 39_600) -> datetime:
    """A day and second as a time."""
    return datetime.fromtimestamp(day * 86_400 + second, UTC).replace(tzinfo=None)


def free_row(p: Planter, name: str, share: float) -> int:
    """Some row of a table whose account carries no other fault and holds little of the ARR."""
    tried = p.random.permutation(len(p.tables[name]))[:2_000].tolist()
    for larger in (1, 4, 1000):
        for number in tried:
            if p.victims.claim(owner_of(p, p.row(name, number)), share * larger):
                return number
    raise ValueError(f"no row of {name} can carry a fault: ask for more accounts, or --clean")


def owner_of(p: Planter, row: dict[str, Any]) -> str:
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
