"""Faults of track events: in the future, late, before the customer, twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from seeds.generator.fault_marks import FREE, MODEST, SMALL, moment
from seeds.generator.identifiers import numbered
from seeds.generator.planting import Planter
from seeds.generator.usage_plan import UsagePlan


def plant_events(p: Planter, plan: UsagePlan) -> pa.Table:
    """Track events that are late, lie in the future, come before the customer, or come twice."""
    world, settings = p.world, p.world.settings
    rows: list[dict[str, Any]] = []

    def event(account: int, at: datetime, received: datetime, rule: str, detail: str) -> None:
        row = {
            "id": numbered("evt_", np.array([FREE + len(rows)]), 9)[0].as_py(),
            "event": "report_created",
            "feature": "reports",
            "quantity": Decimal(1),
            "user_id": numbered("u", plan.first_user[account : account + 1], 7)[0].as_py(),
            "context_group_id": plan.groups[account].as_py(),
            "duration_seconds": Decimal(60),
            "platform": "web",
            "timestamp": at,
            "received_at": received,
        }
        rows.append(row)
        p.note(
            rule,
            "product.tracks",
            row["id"],
            world.accounts.ids[account].as_py(),
            "occurred_at",
            detail,
        )

    def able(account: int) -> bool:
        return bool(
            plan.users_per_account[account] > 0 and plan.seen_last[plan.first_user[account]] >= 0
        )

    for number, days in enumerate((30, 90, 200, 400)):
        received = moment(settings.end_day - 1 - number)
        event(
            p.victims.take(MODEST, able),
            received + timedelta(days=days),
            received,
            "future_dated",
            f"happened {days} days after it was received",
        )
    for number, days in enumerate((5, 9, 14, 20, 12)):
        at = moment(settings.end_day - 30 - number)
        event(
            p.victims.take(MODEST, able),
            at,
            at + timedelta(days=days),
            "late_arrival",
            f"received {days} days after it happened",
        )
    for _ in range(4):
        account = p.victims.take(
            MODEST,
            lambda a: able(a) and bool(world.accounts.created_day[a] > settings.first_day + 45),
        )
        at = moment(int(world.accounts.created_day[account]) - 25)
        event(
            account,
            at,
            at + timedelta(seconds=2),
            "activity_before_customer",
            "used the product before the account was created",
        )
    return pa.Table.from_pylist(
        [{c: row.get(c) for c in p.months_schema.names} for row in rows], schema=p.months_schema
    )


def plant_copies(p: Planter, table: pa.Table) -> pa.Table:
    """Two events of a file, once more."""
    chosen = [
        number
        for number in p.random.permutation(len(table))[:200].tolist()
        if p.victims.claim(_group_owner(p, table.slice(number, 1).to_pylist()[0]), SMALL)
    ]
    copies = table.take(pa.array(chosen[:2]))
    for row in copies.to_pylist():
        p.note(
            "duplicate_key",
            "product.tracks",
            row["id"],
            _group_owner(p, row),
            "id",
            "an exact copy",
        )
    return copies


def _group_owner(p: Planter, row: dict[str, Any]) -> str:
    number = p.row_of("mdm.id_map", "source_id", row["context_group_id"])
    return p.row("mdm.id_map", number)["account_id"]
