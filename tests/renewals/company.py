"""Contracts and opportunities of hand-written companies, beside the items of tests.independent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.independent.company import at


def day(text: str | None) -> date | None:
    """A date of its ISO text."""
    return date.fromisoformat(text) if text else None


def contract(
    account: str,
    contract_id: str,
    start: str,
    end: str | None,
    arr: int = 100,
    signed: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A contract term, signed on its first day unless said otherwise."""
    signed_at = at(day(signed or start), 9)
    return {
        "contract_id": contract_id, "account_id": account, "start_date": day(start),
        "end_date": day(end), "status": "Activated", "arr": Decimal(arr), "currency": "USD",
        "term_months": 12, "auto_renew": False, "notice_period_days": 60, "signed_at": signed_at,
        "activated_at": signed_at, "updated_at": signed_at, **more,
    }  # fmt: skip


def opportunity(
    account: str,
    opportunity_id: str,
    renewal: str,
    contract_id: str | None = None,
    created: str = "2025-10-01",
    closed: str | None = None,
    won: bool = True,
    **more: Any,
) -> dict[str, Any]:
    """A renewal opportunity, open unless it has a day of closing."""
    return {
        "opportunity_id": opportunity_id, "account_id": account, "opportunity_type": "Renewal",
        "stage_name": "Proposal", "forecast_category": "Commit", "amount": Decimal(100),
        "currency": "USD", "close_date": day(closed or renewal), "contract_id": contract_id,
        "renewal_date": day(renewal), "is_closed": closed is not None,
        "is_won": closed is not None and won, "closed_at": at(day(closed), 10),
        "created_at": at(day(created), 8), "updated_at": at(day(closed or created), 11),
        "is_deleted": False, **more,
    }  # fmt: skip
