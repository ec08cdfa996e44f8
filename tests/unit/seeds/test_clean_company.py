"""A clean company holds together: keys, references, intervals, money, and what is known when."""

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import pytest

END = "2026-06-30 23:59:59"
OPEN = "9999-12-31 23:59:59"
REFERENCES = (
    ("salesforce.account", "parent_id", "salesforce.account", "id"),
    ("salesforce.account", "master_record_id", "salesforce.account", "id"),
    ("salesforce.account", "csm_c", "salesforce.user", "id"),
    ("salesforce.account", "owner_id", "salesforce.user", "id"),
    ("salesforce.account_history", "account_id", "salesforce.account", "id"),
    ("salesforce.contact", "account_id", "salesforce.account", "id"),
    ("salesforce.opportunity", "account_id", "salesforce.account", "id"),
    ("salesforce.opportunity", "contract_id", "salesforce.contract", "id"),
    ("salesforce.opportunity_field_history", "opportunity_id", "salesforce.opportunity", "id"),
    ("salesforce.contract", "account_id", "salesforce.account", "id"),
    ("salesforce.contract", "previous_contract_c", "salesforce.contract", "id"),
    ("salesforce.account_team_member", "account_id", "salesforce.account", "id"),
    ("salesforce.account_team_member", "user_id", "salesforce.user", "id"),
    ("salesforce.task", "who_id", "salesforce.contact", "id"),
    ("salesforce.task", "what_id", "salesforce.contract", "id"),
    ("stripe.price", "product_id", "stripe.product", "id"),
    ("stripe.subscription", "customer_id", "stripe.customer", "id"),
    ("stripe.subscription_item", "subscription_id", "stripe.subscription", "id"),
    ("stripe.subscription_item", "price_id", "stripe.price", "id"),
    ("stripe.subscription_discount", "subscription_id", "stripe.subscription", "id"),
    ("stripe.subscription_discount", "coupon_id", "stripe.coupon", "id"),
    ("stripe.invoice", "customer_id", "stripe.customer", "id"),
    ("stripe.invoice", "subscription_id", "stripe.subscription", "id"),
    ("stripe.invoice_line_item", "invoice_id", "stripe.invoice", "id"),
    ("stripe.invoice_line_item", "subscription_item_id", "stripe.subscription_item", "id"),
    ("stripe.credit_note", "invoice_id", "stripe.invoice", "id"),
    ("zendesk.user", "organization_id", "zendesk.organization", "id"),
    ("zendesk.ticket", "organization_id", "zendesk.organization", "id"),
    ("zendesk.ticket", "requester_id", "zendesk.user", "id"),
    ("zendesk.ticket", "assignee_id", "zendesk.user", "id"),
    ("zendesk.ticket_metric", "ticket_id", "zendesk.ticket", "id"),
    ("zendesk.ticket_field_history", "ticket_id", "zendesk.ticket", "id"),
    ("zendesk.ticket_tag", "ticket_id", "zendesk.ticket", "id"),
    ("zendesk.satisfaction_rating", "ticket_id", "zendesk.ticket", "id"),
    ("product.tracks", "user_id", "product.users", "id"),
    ("product.entitlements", "product_id", "stripe.product", "id"),
    ("gainsight.cs_task", "cta_id", "gainsight.cta", "gsid"),
    ("gainsight.cta", "success_plan_id", "gainsight.success_plan", "gsid"),
    ("gainsight.cta", "owner_id", "salesforce.user", "id"),
    ("gainsight.survey_response", "contact_id", "salesforce.contact", "id"),
    ("hr.employees", "user_id", "salesforce.user", "id"),
    ("hr.employees", "manager_user_id", "hr.employees", "user_id"),
    ("hr.time_allocation", "user_id", "hr.employees", "user_id"),
    ("mdm.id_map", "account_id", "salesforce.account", "id"),
)
MAPPED = (
    ("stripe", "customer", "stripe.customer", "id"),
    ("zendesk", "organization", "zendesk.organization", "id"),
    ("product", "group", "product.tracks", "context_group_id"),
    ("product", "group", "product.users", "context_group_id"),
    ("product", "group", "product.entitlements", "context_group_id"),
    ("gainsight", "company", "gainsight.survey_response", "company_id"),
    ("gainsight", "company", "gainsight.cta", "company_id"),
    ("gainsight", "company", "gainsight.program_touch", "company_id"),
)


def test_a_clean_company_has_no_list_of_faults(clean):
    assert not (clean / "FAULTS.csv").exists()


def test_keys_are_unique_and_required_values_are_there(clean, read, declared):
    for name, table in declared.items():
        rows = read(clean, name)
        key = table["config"]["meta"]["primary_key"]
        assert rows, f"{name} is empty"
        assert len({tuple(row[column] for column in key) for row in rows}) == len(rows), name
        for column in table["columns"]:
            if column.get("config", {}).get("meta", {}).get("required"):
                assert all(row[column["name"]] for row in rows), f"{name}.{column['name']}"


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: f"{r[0]}.{r[1]}")
def test_every_reference_resolves(clean, read, reference):
    child, column, parent, key = reference
    known = {row[key] for row in read(clean, parent)}
    assert not {row[column] for row in read(clean, child) if row[column]} - known


@pytest.mark.parametrize("mapped", MAPPED, ids=lambda m: m[2])
def test_every_id_of_another_system_is_in_the_id_map(clean, read, mapped):
    system, kind, name, column = mapped
    known = {
        row["source_id"]
        for row in read(clean, "mdm.id_map")
        if (row["source_system"], row["source_object"]) == (system, kind)
    }
    assert {row[column] for row in read(clean, name)} <= known


def test_nothing_is_known_after_the_last_day_but_what_is_scheduled(clean, read, declared):
    for name, table in declared.items():
        cursor = table["config"]["meta"].get("cursor")
        for row in read(clean, name) if cursor else []:
            if row[cursor] > END:
                assert name == "stripe.subscription_item", name
                assert '"scheduled_at": "20' in row["metadata"]
                assert row["_fivetran_active"] == "false"


def test_a_row_is_never_changed_before_it_is_created(clean, read):
    for name, created, changed in (
        ("salesforce.account", "created_date", "last_modified_date"),
        ("salesforce.contact", "created_date", "last_modified_date"),
        ("salesforce.contract", "created_date", "last_modified_date"),
        ("salesforce.opportunity", "created_date", "closed_date_c"),
        ("salesforce.task", "created_date", "last_modified_date"),
        ("stripe.customer", "created", "_fivetran_synced"),
        ("stripe.subscription", "created", "_fivetran_synced"),
        ("stripe.invoice", "created", "status_transitions_paid_at"),
        ("zendesk.ticket", "created_at", "updated_at"),
        ("product.tracks", "timestamp", "received_at"),
        ("gainsight.cta", "created_date", "closed_date"),
        ("gainsight.survey_response", "sent_date", "responded_date"),
    ):
        late = [row for row in read(clean, name) if row[changed] and row[changed] < row[created]]
        assert not late, f"{name}: {late[:1]}"


def test_the_intervals_of_an_item_follow_each_other_without_gap_or_overlap(clean, read):
    items = defaultdict(list)
    for row in read(clean, "stripe.subscription_item"):
        items[row["id"]].append((row["_fivetran_start"], row["_fivetran_end"]))
    for item, intervals in items.items():
        assert all(start < end for start, end in intervals), item
        assert all(one[1] == two[0] for one, two in pairwise(sorted(intervals))), item


def test_the_hierarchy_has_two_or_three_levels_and_no_circle(clean, read):
    parent = {row["id"]: row["parent_id"] for row in read(clean, "salesforce.account")}
    depths = set()
    for account in parent:
        seen = [account]
        while parent[seen[-1]]:
            assert parent[seen[-1]] not in seen
            seen.append(parent[seen[-1]])
        depths.add(len(seen))
    assert depths == {1, 2, 3}


def billed_arr(clean, read) -> dict[str, Decimal]:
    """ARR by account id in its currency on the last day, straight from the Stripe files."""
    prices = {row["id"]: row for row in read(clean, "stripe.price")}
    subscriptions = {row["id"]: row for row in read(clean, "stripe.subscription")}
    percent = {row["id"]: Decimal(row["percent_off"]) for row in read(clean, "stripe.coupon")}
    discount = defaultdict(Decimal)
    for row in read(clean, "stripe.subscription_discount"):
        if row["start"] <= END and (not row["end"] or row["end"] > END):
            discount[row["subscription_id"]] += percent[row["coupon_id"]]
    owner = {
        row["source_id"]: row["account_id"]
        for row in read(clean, "mdm.id_map")
        if row["source_system"] == "stripe"
    }
    found = defaultdict(Decimal)
    for item in read(clean, "stripe.subscription_item"):
        subscription = subscriptions[item["subscription_id"]]
        live = item["_fivetran_start"] <= END < item["_fivetran_end"]
        if live and not subscription["trial_end"] > END:
            price = prices[item["price_id"]]
            unit = Decimal(price["unit_amount"]) / (1 if price["currency"] == "jpy" else 100)
            periods = 12 if price["recurring_interval"] == "month" else 1
            share = 1 - discount[subscription["id"]] / 100
            found[owner[subscription["customer_id"]]] += (
                unit * Decimal(item["quantity"]) * periods * share
            )
    return found


def test_the_crm_arr_of_every_account_is_what_billing_says(clean, read):
    accounts = {row["id"]: row for row in read(clean, "salesforce.account")}
    billed = defaultdict(Decimal)
    for account, arr in billed_arr(clean, read).items():
        billed[accounts[account]["master_record_id"] or account] += arr
    assert sum(arr > 0 for arr in billed.values()) > 180
    for account, row in accounts.items():
        difference = abs(Decimal(row["arr_c"]) - billed.get(account, Decimal(0)))
        assert difference <= Decimal("0.05"), account


def test_the_field_history_ends_in_the_values_that_the_account_has(clean, read):
    last: dict[tuple[str, str], str] = {}
    fields = set()
    for row in sorted(read(clean, "salesforce.account_history"), key=lambda r: r["created_date"]):
        before = last.get((row["account_id"], row["field"]), "")
        assert row["old_value"] == before
        last[row["account_id"], row["field"]] = row["new_value"]
        fields.add(row["field"])
    assert fields == {
        "segment_c",
        "region_c",
        "csm_c",
        "owner_id",
        "renewal_date_c",
        "arr_c",
        "parent_id",
        "lifecycle_stage_c",
    }
    for account in read(clean, "salesforce.account"):
        for field in fields:
            assert last[account["id"], field] == account[field], (account["id"], field)


def test_the_opportunity_history_ends_in_the_state_that_the_opportunity_has(clean, read):
    names = {
        "StageName": "stage_name",
        "ForecastCategoryName": "forecast_category_name",
        "Amount": "amount",
        "CloseDate": "close_date",
    }
    last: dict[tuple[str, str], str] = {}
    for row in sorted(
        read(clean, "salesforce.opportunity_field_history"), key=lambda r: r["created_date"]
    ):
        assert row["old_value"] == last.get((row["opportunity_id"], row["field"]), "")
        last[row["opportunity_id"], row["field"]] = row["new_value"]
    for row in read(clean, "salesforce.opportunity"):
        for field, column in names.items():
            assert last[row["id"], field] == row[column]


def test_live_customers_have_a_segment_a_csm_and_unless_evergreen_a_renewal_date(clean, read):
    evergreen = {
        row["account_id"]
        for row in read(clean, "salesforce.contract")
        if row["status"] == "Activated" and not row["end_date"]
    }
    live = [
        row
        for row in read(clean, "salesforce.account")
        if Decimal(row["arr_c"]) > 0 and row["is_deleted"] == "false"
    ]
    assert live
    for row in live:
        assert row["segment_c"] in {"Enterprise", "Mid-Market", "SMB"}
        assert row["csm_c"]
        assert bool(row["renewal_date_c"]) != (row["id"] in evergreen)
        assert row["renewal_date_c"] == row["contract_end_date_c"]


def test_no_one_uses_the_product_or_writes_a_ticket_before_being_a_customer(clean, read):
    created = {row["id"]: row["created_date"] for row in read(clean, "salesforce.account")}
    owner = {row["source_id"]: row["account_id"] for row in read(clean, "mdm.id_map")}
    began = defaultdict(lambda: OPEN)
    customer = {row["id"]: owner[row["id"]] for row in read(clean, "stripe.customer")}
    for row in read(clean, "stripe.subscription"):
        account = customer[row["customer_id"]]
        began[account] = min(began[account], row["start_date"])
    for name, column, at in (
        ("product.tracks", "context_group_id", "timestamp"),
        ("zendesk.ticket", "organization_id", "created_at"),
    ):
        for row in read(clean, name):
            account = owner[row[column]]
            assert created[account] < began[account] <= row[at]


def test_the_lines_of_an_invoice_add_up_to_it(clean, read):
    lines = defaultdict(int)
    for row in read(clean, "stripe.invoice_line_item"):
        lines[row["invoice_id"]] += int(row["amount"])
    for row in read(clean, "stripe.invoice"):
        assert lines[row["id"]] == int(row["subtotal"])
        assert int(row["total"]) == int(row["subtotal"]) + int(row["tax"])


def test_yen_prices_are_whole_yen(clean, read):
    by_name = defaultdict(dict)
    for row in read(clean, "stripe.price"):
        by_name[row["nickname"]][row["currency"]] = int(row["unit_amount"])
    both = [found for found in by_name.values() if {"usd", "jpy"} <= set(found)]
    assert both
    assert all(1.2 < found["jpy"] / found["usd"] < 1.8 for found in both)  # 148 yen per 100 cents
