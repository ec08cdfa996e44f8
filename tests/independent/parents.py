"""Ultimate parent by month: what its accounts of that month had, what came along, what moved."""

from __future__ import annotations

import pandas as pd

from tests.independent.amounts import money, month_start
from tests.independent.ledger import Ledger
from tests.independent.movements import LABELS, Month, account_months, label_of, spot_of

FLOWS = [f"{label}_arr{view}" for view in ("", "_spot") for label in LABELS]
PARENT_COLUMNS = ["ultimate_parent_account_id", "month_start_date", "movement", "active_accounts",
                  "opening_arr", "transfer_arr", "closing_arr", "opening_arr_spot",
                  "transfer_arr_spot", "fx_arr_spot", "closing_arr_spot", *FLOWS]  # fmt: skip


def parent_movements(ledger: Ledger) -> pd.DataFrame:
    """One row per ultimate parent and month from its first on; amounts as decimals."""
    members: dict[str, dict[int, list[Month]]] = {}
    for account, months in account_months(ledger).items():
        for found in months:
            parent = ledger.crm.ultimate_parent(account, ledger.closing_day(found.month))
            members.setdefault(parent, {}).setdefault(found.month, []).append(found)
    result = []
    for parent, by_month in members.items():
        result += _months_of(parent, by_month, ledger)
    return pd.DataFrame(result, columns=PARENT_COLUMNS)


def _months_of(parent: str, by_month: dict[int, list[Month]], ledger: Ledger) -> list[dict]:
    rows, opening, opening_spot, once_positive = [], 0, 0, False
    for month in range(min(by_month), ledger.last_month + 1):
        accounts = by_month.get(month, [])
        spots = [spot_of(found, ledger) for found in accounts]
        closing = sum(found.closing for found in accounts)
        brought = sum(found.opening for found in accounts)
        label = label_of(brought, closing, once_positive)
        closing_spot = sum(spot["closing_arr_spot"] for spot in spots)
        brought_spot = sum(spot["opening_arr_spot"] for spot in spots)
        day = ledger.closing_day(month)
        revalued = sum(ledger.spot(item, day) for found in accounts for item in found.before)
        fx = (closing_spot if label == "none" else revalued) - brought_spot
        rest = closing_spot - brought_spot - fx
        rows.append({
            "ultimate_parent_account_id": parent,
            "month_start_date": month_start(month),
            "movement": label,
            "active_accounts": sum(found.closing > 0 for found in accounts),
            "opening_arr": money(opening),
            "transfer_arr": money(brought - opening),
            "closing_arr": money(closing),
            "opening_arr_spot": money(opening_spot),
            "transfer_arr_spot": money(brought_spot - opening_spot),
            "fx_arr_spot": money(fx),
            "closing_arr_spot": money(closing_spot),
            **{f"{one}_arr": money(closing - brought if one == label else 0) for one in LABELS},
            **{f"{one}_arr_spot": money(rest if one == label else 0) for one in LABELS},
        })  # fmt: skip
        opening, opening_spot = closing, closing_spot
        once_positive = once_positive or closing > 0
    return rows
