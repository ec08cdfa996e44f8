"""Every delivered row is kept or set aside with its reason; customer ids are resolved or listed."""

from __future__ import annotations

from tests.unit.dbt.company import ALPHA, ANCIENT, BETA, DELTA, EPSILON, NAMELESS
from tests.unit.dbt.conftest import Conformed


def rules(conformed: Conformed, record_id: str) -> list[tuple[str, str | None]]:
    rows = conformed.all(
        "select rule_id, field_name from conformed.quarantined_rows "
        f"where record_id = '{record_id}' order by all"
    )
    return [(row["rule_id"], row["field_name"]) for row in rows]


def test_every_row_is_kept_rejected_superseded_or_not_yet_known(conformed: Conformed) -> None:
    counts = conformed.all("from conformed.row_counts")
    assert {row["contract_table"] for row in counts} > {
        "crm_accounts",
        "usage_events",
        "usage_daily",
    }
    for row in counts:
        parts = ("rows_kept", "rows_rejected", "rows_superseded", "rows_not_yet_known")
        assert row["rows_in"] == sum(row[part] for part in parts), row


def test_a_key_twice_in_one_file_is_a_duplicate_and_the_newer_row_stands(
    conformed: Conformed,
) -> None:
    assert conformed.one("crm_accounts", account_id=DELTA)["segment"] == "Mid-Market"
    assert rules(conformed, DELTA) == [("duplicate_key", None)]


def test_exact_copies_in_one_file_are_all_duplicates_but_one(conformed: Conformed) -> None:
    assert conformed.one("cs_programme_touches", touch_id="copied")["account_id"] == BETA
    assert rules(conformed, "copied") == [("duplicate_key", None)] * 4


def test_of_several_deliveries_the_newest_that_was_known_stands(conformed: Conformed) -> None:
    assert conformed.one("crm_accounts", account_id=EPSILON)["segment"] == "June"
    assert rules(conformed, EPSILON) == []
    states = conformed.all(
        f"select state from conformed.set_aside_rows where record_id = '{EPSILON}' order by all"
    )
    assert [row["state"] for row in states] == ["not_yet_known", "superseded"]


def test_a_row_without_a_required_value_is_rejected_as_it_was_read(conformed: Conformed) -> None:
    assert rules(conformed, NAMELESS) == [("missing_required_value", "account_name")]
    (row,) = conformed.all(
        f"select row_text, detail from conformed.quarantined_rows where record_id = '{NAMELESS}'"
    )
    assert f"account_id={NAMELESS}; account_name=; " in row["row_text"]
    assert row["detail"] == "account_name is missing"


def test_a_date_outside_the_calendar_is_rejected(conformed: Conformed) -> None:
    assert rules(conformed, ANCIENT) == [("date_out_of_range", "created_at")]


def test_of_an_event_delivered_twice_the_first_delivery_stands(conformed: Conformed) -> None:
    assert conformed.one("usage_events", event_id="twice")["feature"] == "first"
    assert rules(conformed, "twice") == [("duplicate_key", None)]


def test_an_event_dated_after_its_receipt_is_rejected(conformed: Conformed) -> None:
    assert rules(conformed, "from the future") == [("future_dated", "occurred_at")]


def test_an_event_of_nobody_is_kept_and_its_group_is_listed(conformed: Conformed) -> None:
    assert conformed.one("usage_events", event_id="of nobody")["account_id"] is None
    alias = conformed.one("account_id_aliases", source_id="group-nobody")
    assert (alias["account_id"], alias["row_count"]) == (None, 1)


def test_a_customer_resolves_by_the_id_map_or_the_vendors_pointer(conformed: Conformed) -> None:
    found = {
        row["billing_customer_id"]: row["account_id"]
        for row in conformed.all("from conformed.billing_customers")
    }
    assert found == {"cus-alpha": ALPHA, "cus-beta": BETA, "cus-nobody": None}


def test_other_spellings_of_an_account_id_resolve_and_are_named(conformed: Conformed) -> None:
    spellings = {
        (row["source_system"], row["claim"], row["spelling"])
        for row in conformed.all(f"from conformed.account_id_aliases where account_id = '{ALPHA}'")
    }
    assert spellings == {
        ("salesforce", "own_id", "exact"),
        ("salesforce", "own_id", "short_id"),
        ("stripe", "vendor_pointer", "short_id"),
        ("zendesk", "vendor_pointer", "case"),
        ("product", "id_map", "exact"),
        ("export", "own_id", "short_id"),
        ("export", "own_id", "exact"),
        ("mdm", "own_id", "exact"),
    }
    assert conformed.one("support_tickets", ticket_id="ticket")["account_id"] == ALPHA
    assert conformed.one("crm_activities", activity_id="call")["account_id"] == ALPHA


def test_an_orphan_keeps_its_reference(conformed: Conformed) -> None:
    deal = conformed.one("crm_opportunities", opportunity_id="orphan deal")
    assert deal["account_id"] == "001000000000077AAA"


def test_mapped_exports_feed_the_contract_beside_the_systems(conformed: Conformed) -> None:
    assert conformed.one("crm_contacts", contact_id="person")["account_id"] == ALPHA
    days = conformed.all("select usage_date, _source_system from conformed.usage_daily")
    assert [(str(day["usage_date"]), day["_source_system"]) for day in days] == [
        ("2025-06-30", "export")
    ]
