"""What accounts, deals, subscriptions and tickets were on a past day, from what they became."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from tests.unit.dbt.company import ALPHA, BETA, GAMMA
from tests.unit.dbt.conftest import Conformed


def test_an_account_stands_as_its_field_history_says(conformed: Conformed) -> None:
    alpha = conformed.one("crm_accounts", account_id=ALPHA)
    assert (alpha["segment"], alpha["owner_user_id"]) == ("SMB", "seller-1")
    assert alpha["arr"] == Decimal("200.00")


def test_a_customer_who_churned_later_is_a_customer(conformed: Conformed) -> None:
    alpha = conformed.one("crm_accounts", account_id=ALPHA)
    assert alpha["is_customer"]
    assert alpha["churned_at"] is None


def test_a_merger_of_later_has_not_happened(conformed: Conformed) -> None:
    beta = conformed.one("crm_accounts", account_id=BETA)
    assert not beta["is_deleted"]
    assert beta["merged_into_account_id"] is None


def test_an_account_made_later_is_counted_but_not_there(conformed: Conformed) -> None:
    assert conformed.all(f"from conformed.crm_accounts where account_id = '{GAMMA}'") == []
    counts = conformed.one("row_counts", contract_table="crm_accounts")
    assert counts["rows_not_yet_known"] == 2  # gamma, and the July version of epsilon


def test_no_date_of_change_lies_after_the_day(conformed: Conformed) -> None:
    late = "select max(updated_at) as latest from conformed.{}"
    for table in ("crm_accounts", "crm_opportunities", "support_tickets", "cs_ctas"):
        (row,) = conformed.all(late.format(table))
        assert row["latest"] < datetime(2025, 7, 1), table


def test_a_deal_won_later_is_open_at_the_stage_of_the_day(conformed: Conformed) -> None:
    deal = conformed.one("crm_opportunities", opportunity_id="deal")
    assert (deal["stage_name"], deal["is_closed"], deal["is_won"]) == ("Negotiation", False, False)
    assert deal["closed_at"] is None


def test_a_call_made_later_is_an_open_task_on_its_due_date(conformed: Conformed) -> None:
    call = conformed.one("crm_activities", activity_id="call")
    assert (call["status"], call["completed_at"]) == ("Open", None)
    assert call["occurred_at"] == datetime(2025, 7, 4)


def test_a_subscription_cancelled_later_is_active(conformed: Conformed) -> None:
    subscription = conformed.one("billing_subscriptions", subscription_id="sub-dollars")
    assert subscription["status"] == "active"
    assert [subscription[name] for name in ("ended_at", "cancel_at", "cancellation_reason")] == [
        None
    ] * 3


def test_trial_and_discount_cut_an_item_into_pieces(conformed: Conformed) -> None:
    pieces = conformed.all(
        "select cast(valid_from as date) as start, cast(valid_to as date) as stop, is_trial, "
        "discount_percent, contract_id, unit_amount from conformed.billing_subscription_items "
        "where subscription_item_id = 'item-dollars' order by valid_from"
    )
    assert [tuple(piece.values())[:4] for piece in pieces] == [
        (date(2025, 1, 1), date(2025, 1, 15), True, 0),
        (date(2025, 1, 15), date(2025, 3, 1), False, 0),
        (date(2025, 3, 1), date(2025, 5, 1), False, 10),
        (date(2025, 5, 1), None, False, 0),
    ]
    assert {piece["contract_id"] for piece in pieces} == {"contract-1"}
    assert {piece["unit_amount"] for piece in pieces} == {Decimal("10.5")}


def test_an_amount_off_is_a_share_of_the_price_and_one_invoice_off_is_none(
    conformed: Conformed,
) -> None:
    item = conformed.one("billing_subscription_items", subscription_item_id="item-yen")
    assert item["unit_amount"] == 5000
    assert item["discount_percent"] == 10


def test_an_item_ends_with_its_subscription(conformed: Conformed) -> None:
    item = conformed.one("billing_subscription_items", subscription_item_id="item-yen")
    assert item["valid_to"] == datetime(2025, 6, 1)


def test_yen_have_no_cents_and_dollars_do(conformed: Conformed) -> None:
    assert conformed.one("billing_invoices", invoice_id="invoice-yen")["total"] == 10000
    assert conformed.one("billing_invoices", invoice_id="invoice-dollars")["total"] == Decimal(
        "123.45"
    )


def test_an_invoice_paid_later_is_open_with_all_to_pay(conformed: Conformed) -> None:
    invoice = conformed.one("billing_invoices", invoice_id="invoice-dollars")
    assert (invoice["status"], invoice["paid_at"], invoice["amount_paid"]) == ("open", None, 0)
    assert invoice["amount_remaining"] == invoice["amount_due"]


def test_a_reopened_ticket_is_open_until_it_is_solved_again(conformed: Conformed) -> None:
    ticket = conformed.one("support_tickets", ticket_id="ticket")
    assert (ticket["status"], ticket["solved_at"], ticket["reopens"]) == ("open", None, 1)
    assert ticket["replies"] == 1
    assert ticket["full_resolution_minutes_calendar"] is None
    assert ticket["first_reply_minutes_calendar"] == 60


def test_a_call_to_action_closed_later_is_in_progress(conformed: Conformed) -> None:
    cta = conformed.one("cs_ctas", cta_id="cta")
    assert (cta["status"], cta["is_closed"], cta["closed_tasks"]) == ("In Progress", False, 1)


def test_an_answer_of_later_is_not_there(conformed: Conformed) -> None:
    survey = conformed.one("cs_surveys", response_id="answer")
    assert (survey["responded_at"], survey["score"]) == (None, None)


def test_later_rows_change_nothing(
    conformed: Conformed, conformed_without_later_rows: Conformed
) -> None:
    tables = conformed.all(
        "select table_name from duckdb_tables() where schema_name = 'conformed' "
        "and table_name not in ('row_counts', 'set_aside_rows')"
    )
    assert len(tables) >= 36
    for row in tables:
        query = f"select * from conformed.{row['table_name']} order by all"
        assert conformed.all(query) == conformed_without_later_rows.all(query), row["table_name"]
