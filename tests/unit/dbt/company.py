"""A few raw rows, each for one rule of conforming; the as-of day lies in the middle of them."""

from __future__ import annotations

from typing import Any

AS_OF = "2025-06-30"
MAPPED = ("crm_contacts", "usage_daily")

ALPHA, BETA, GAMMA, DELTA, EPSILON = (f"00100000000000{n}AAA" for n in range(1, 6))
NAMELESS, ANCIENT = "001000000000008AAA", "001000000000009AAA"


def _account(account: str, created: str, updated: str, **columns: Any) -> dict[str, Any]:
    return {"id": account, "name": account, "is_deleted": False, "created_date": created,
            "last_modified_date": updated, **columns}  # fmt: skip


def _change(number: int, field: str, old: str | None, new: str | None, at: str) -> dict[str, Any]:
    return {"id": f"h{number}", "account_id": ALPHA, "field": field, "old_value": old,
            "new_value": new, "created_date": at}  # fmt: skip


def _stage(number: int, old: str | None, new: str, at: str) -> dict[str, Any]:
    return {"id": f"s{number}", "opportunity_id": "deal", "field": "StageName", "old_value": old,
            "new_value": new, "created_date": at}  # fmt: skip


def _status(value: str, at: str, field: str = "status") -> dict[str, Any]:
    return {"ticket_id": "ticket", "field_name": field, "value": value, "updated": at}


def _event(
    event: str, at: str, received: str, group: str = "group-alpha", **columns: Any
) -> dict[str, Any]:
    return {"id": event, "event": "opened", "context_group_id": group, "timestamp": at,
            "received_at": received, **columns}  # fmt: skip


ROWS: dict[str, list[dict[str, Any]]] = {
    "salesforce.account": [
        _account(ALPHA, "2024-01-10", "2025-09-01", segment_c="Enterprise", owner_id="seller-2",
                 arr_c=300, became_customer_date_c="2024-02-01", churned_date_c="2025-08-15"),
        _account(BETA, "2024-01-10", "2025-08-01", is_deleted=True, master_record_id=ALPHA),
        _account(GAMMA, "2025-07-15", "2025-07-15"),
        _account(DELTA, "2024-01-10", "2025-01-01", segment_c="SMB"),
        _account(DELTA, "2024-01-10", "2025-02-01", segment_c="Mid-Market"),
        _account(EPSILON, "2024-01-10", "2025-01-01", segment_c="January", _source_file="1.csv"),
        _account(EPSILON, "2024-01-10", "2025-06-01", segment_c="June", _source_file="2.csv"),
        _account(EPSILON, "2024-01-10", "2025-07-05", segment_c="July", _source_file="3.csv"),
        _account(NAMELESS, "2024-01-10", "2024-01-10", name=None),
        _account(ANCIENT, "0202-01-10", "2024-01-10"),
    ],
    "salesforce.account_history": [
        _change(1, "segment_c", None, "SMB", "2024-01-10"),
        _change(2, "segment_c", "SMB", "Enterprise", "2025-08-01"),
        _change(3, "OwnerId", None, "seller-1", "2024-01-10"),
        _change(4, "OwnerId", "seller-1", "seller-2", "2025-08-02"),
        _change(5, "ARR__c", None, "100.00", "2024-02-01"),
        _change(6, "ARR__c", "100.00", "200.00", "2025-05-01"),
        _change(7, "ARR__c", "200.00", "300.00", "2025-09-01"),
    ],
    "salesforce.opportunity": [
        {"id": "deal", "account_id": ALPHA, "name": "Deal", "type": "Renewal",
         "stage_name": "Closed Won", "forecast_category_name": "Closed", "amount": 500,
         "close_date": "2025-07-20", "is_closed": True, "is_won": True,
         "closed_date_c": "2025-07-20 10:00:00", "created_date": "2025-03-01",
         "last_modified_date": "2025-07-20 10:00:00"},
        {"id": "orphan deal", "account_id": "001000000000077AAA", "type": "Renewal",
         "stage_name": "Proposal", "close_date": "2025-09-01", "is_closed": False,
         "is_won": False, "created_date": "2025-03-01", "last_modified_date": "2025-03-01"},
    ],
    "salesforce.opportunity_field_history": [
        _stage(1, None, "Qualification", "2025-03-01"),
        _stage(2, "Qualification", "Negotiation", "2025-05-01"),
        _stage(3, "Negotiation", "Closed Won", "2025-07-20 10:00:00"),
    ],
    "salesforce.task": [
        {"id": "call", "account_id": ALPHA[:15], "type": "Call", "status": "Completed",
         "activity_date": "2025-07-04", "completed_date_time": "2025-07-05 12:00:00",
         "is_closed": True, "created_date": "2025-06-20", "last_modified_date": "2025-07-05"},
    ],
    "stripe.customer": [
        {"id": "cus-alpha", "created": "2024-01-01", "_fivetran_synced": "2024-01-01",
         "metadata": '{"salesforce_account_id": "' + ALPHA[:15] + '"}'},
        {"id": "cus-beta", "created": "2024-01-01", "_fivetran_synced": "2024-01-01"},
        {"id": "cus-nobody", "created": "2024-01-01", "_fivetran_synced": "2024-01-01",
         "metadata": "not JSON"},
    ],
    "stripe.product": [
        {"id": "product", "name": "Product", "_fivetran_synced": "2024-01-01"},
    ],
    "stripe.price": [
        {"id": "dollars", "product_id": "product", "currency": "usd", "unit_amount": 1050,
         "recurring_interval": "month", "recurring_interval_count": 1, "type": "recurring",
         "_fivetran_synced": "2024-01-01"},
        {"id": "yen", "product_id": "product", "currency": "jpy", "unit_amount": 5000,
         "recurring_interval": "year", "recurring_interval_count": 1, "type": "recurring",
         "_fivetran_synced": "2024-01-01"},
        # the same price delivered again must not double the items
        {"id": "yen", "product_id": "product", "currency": "jpy", "unit_amount": 5000,
         "recurring_interval": "year", "recurring_interval_count": 1, "type": "recurring",
         "_fivetran_synced": "2024-02-01"},
    ],
    "stripe.coupon": [
        {"id": "tenth", "percent_off": 10, "duration": "repeating", "duration_in_months": 2},
        {"id": "thousand", "amount_off": 1000, "currency": "jpy", "duration": "forever"},
        {"id": "welcome", "percent_off": 50, "duration": "once"},
    ],
    "stripe.subscription_discount": [
        {"id": "d1", "coupon_id": "tenth", "subscription_id": "sub-dollars", "start": "2025-03-01"},
        {"id": "d2", "coupon_id": "thousand", "subscription_id": "sub-yen", "start": "2025-01-01"},
        {"id": "d3", "coupon_id": "welcome", "subscription_id": "sub-yen", "start": "2025-01-01"},
    ],
    "stripe.subscription": [
        {"id": "sub-dollars", "customer_id": "cus-alpha", "status": "canceled", "currency": "usd",
         "start_date": "2025-01-01", "created": "2025-01-01", "trial_end": "2025-01-15",
         "cancel_at": "2025-08-01", "canceled_at": "2025-07-20", "ended_at": "2025-08-01",
         "cancellation_details_reason": "cancellation_requested",
         "metadata": '{"contract_id": "contract-1"}', "_fivetran_synced": "2025-08-01"},
        {"id": "sub-yen", "customer_id": "cus-beta", "status": "canceled", "currency": "jpy",
         "start_date": "2025-01-01", "created": "2025-01-01", "canceled_at": "2025-06-01",
         "_fivetran_synced": "2025-06-01"},
    ],
    "stripe.subscription_item": [
        {"id": "item-dollars", "subscription_id": "sub-dollars", "price_id": "dollars",
         "quantity": 3, "_fivetran_start": "2025-01-01",
         "_fivetran_end": "9999-12-31 23:59:59"},
        {"id": "item-yen", "subscription_id": "sub-yen", "price_id": "yen", "quantity": 2,
         "_fivetran_start": "2025-01-01", "_fivetran_end": "9999-12-31 23:59:59"},
    ],
    "stripe.invoice": [
        {"id": "invoice-dollars", "customer_id": "cus-alpha", "status": "paid", "currency": "usd",
         "total": 12345, "amount_due": 12345, "amount_paid": 12345, "amount_remaining": 0,
         "created": "2025-06-20", "status_transitions_finalized_at": "2025-06-20",
         "status_transitions_paid_at": "2025-07-03", "_fivetran_synced": "2025-07-03"},
        {"id": "invoice-yen", "customer_id": "cus-beta", "status": "paid", "currency": "jpy",
         "total": 10000, "amount_due": 10000, "amount_paid": 10000, "amount_remaining": 0,
         "created": "2025-01-01", "status_transitions_finalized_at": "2025-01-01",
         "status_transitions_paid_at": "2025-01-03", "_fivetran_synced": "2025-01-03"},
    ],
    "zendesk.organization": [
        {"id": "org", "name": "Alpha", "external_id": f" {ALPHA.lower()} ",
         "created_at": "2024-01-01", "updated_at": "2024-01-01"},
    ],
    "zendesk.ticket": [
        {"id": "ticket", "organization_id": "org", "status": "solved",
         "created_at": "2025-06-01", "updated_at": "2025-07-05"},
    ],
    "zendesk.ticket_metric": [
        {"ticket_id": "ticket", "reply_time_in_minutes_calendar": 60, "reopens": 1, "replies": 2,
         "full_resolution_time_in_minutes_calendar": 48960, "solved_at": "2025-07-05",
         "created_at": "2025-06-01", "updated_at": "2025-07-05"},
    ],
    "zendesk.ticket_field_history": [
        _status("new", "2025-06-01"), _status("public reply", "2025-06-01 01:00:00", "comment"),
        _status("solved", "2025-06-10"), _status("open", "2025-06-20"),
        _status("public reply", "2025-07-04", "comment"), _status("solved", "2025-07-05"),
    ],
    "product.tracks": [
        _event("twice", "2025-06-01", "2025-06-01", feature="first"),
        _event("twice", "2025-06-01", "2025-06-05", feature="second"),
        _event("from the future", "2026-01-01", "2025-06-01"),
        _event("of nobody", "2025-06-01", "2025-06-01", "group-nobody"),
        _event("later", "2025-06-29", "2025-07-02"),
    ],
    "gainsight.cta": [
        {"gsid": "cta", "company_id": "company-beta", "type": "Risk", "status": "Closed",
         "total_tasks": 2, "closed_tasks": 2, "is_closed": True, "created_date": "2025-05-01",
         "closed_date": "2025-07-10", "modified_date": "2025-07-10"},
    ],
    "gainsight.cs_task": [
        {"gsid": f"task-{done}", "cta_id": "cta", "company_id": "company-beta",
         "status": "Completed", "completed_date": done, "created_date": "2025-05-01",
         "modified_date": done} for done in ("2025-06-02", "2025-07-09")
    ],
    "gainsight.survey_response": [
        {"id": "answer", "company_id": "company-beta", "survey_type": "NPS", "score": 9,
         "sent_date": "2025-06-25", "responded_date": "2025-07-01", "modified_date": "2025-07-01"},
    ],
    "gainsight.program_touch": [
        {"gsid": "copied", "company_id": "company-beta", "program_name": "Tips", "channel": "email",
         "sent_date": "2025-06-01", "modified_date": "2025-06-01"} for _ in range(5)
    ],
    "mdm.id_map": [
        {"source_system": system, "source_object": kind, "source_id": name, "account_id": account,
         "match_rule": "reviewed", "confidence": 1, "updated_at": "2024-01-01"}
        for system, kind, name, account in (
            ("stripe", "customer", "cus-beta", BETA),
            ("product", "group", "group-alpha", ALPHA),
            ("gainsight", "company", "company-beta", BETA),
        )
    ],
    "mapped.crm_contacts": [
        {"contact_id": "person", "account_id": ALPHA[:15], "full_name": "A. Person",
         "updated_at": "2025-01-01", "_source_system": "export"},
    ],
    "mapped.usage_daily": [
        {"account_id": ALPHA, "usage_date": "2025-06-30", "metric_name": "logins",
         "metric_value": 12, "_source_system": "export"},
        {"account_id": ALPHA, "usage_date": "2025-07-01", "metric_name": "logins",
         "metric_value": 15, "_source_system": "export"},
    ],
}  # fmt: skip

_MADE = {
    "salesforce.account": "created_date",
    "salesforce.account_history": "created_date",
    "salesforce.opportunity_field_history": "created_date",
    "zendesk.ticket_field_history": "updated",
    "product.tracks": "received_at",
    "mapped.usage_daily": "usage_date",
}


def rows_made_by_the_day() -> dict[str, list[dict[str, Any]]]:
    """The rows without those that were made after the as-of day; changed rows stay as they are."""
    return {
        name: [row for row in rows if name not in _MADE or row[_MADE[name]][: len(AS_OF)] <= AS_OF]
        for name, rows in ROWS.items()
    }
