"""Each expectation that people wrote passes on a sound company and fails on a broken one."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from expectations import load_suites, validate_suites
from expectations.catalogue import PROJECT
from tests.expectations import company

ITEMS = "conformed.billing_subscription_items"
MOVEMENTS = "marts.fct_arr_movements_monthly"
JUNE = "month_start_date = date '2026-06-01'"
BREAKS = {
    "account_required_fields": {
        "a_customer_has_a_renewal_date_unless_its_contract_is_evergreen": (
            "update conformed.gate_accounts set renewal_date = null",
            ["A1"],
        ),
        "a_customer_has_an_arr": (
            "update conformed.gate_accounts set crm_arr = null, crm_arr_usd = null "
            "where account_id = 'A2'",
            ["A2"],
        ),
        "arr_is_not_negative": (
            "update conformed.gate_accounts set crm_arr = -900, crm_arr_usd = -900 "
            "where account_id = 'A1'",
            ["A1"],
        ),
        "arr_agrees_with_billing_within_the_tolerance_of_the_policy": (
            "update conformed.gate_accounts set crm_arr_usd = 904 where account_id = 'A1'",
            ["A1"],
        ),
        "a_customer_has_a_segment": (
            "update conformed.gate_accounts set segment_label = null, segment = null "
            "where account_id = 'A2'",
            ["A2"],
        ),
        "the_segment_is_in_the_reference_list": (
            "update conformed.gate_accounts set segment_label = 'Galaxy', segment = null "
            "where account_id = 'A2'",
            ["A2"],
        ),
        "one_row_per_account": (
            "insert into conformed.gate_accounts from conformed.gate_accounts "
            "where account_id = 'A2'",
            ["A2"],
        ),
    },
    "billing_items": {
        "the_billing_interval_is_in_the_reference_list": (
            f"update {ITEMS} set billing_interval = 'fortnight'",
            ["i1"],
        ),
        "an_interval_count_is_one_or_more": (
            f"update {ITEMS} set interval_count = 0 where valid_to is null",
            ["i1|2026-02-01 00:00:00"],
        ),
        "a_quantity_is_not_negative": (
            f"update {ITEMS} set quantity = -1 where valid_to is null",
            ["i1|2026-02-01 00:00:00"],
        ),
        "a_discount_lies_between_0_and_100_per_cent": (
            f"update {ITEMS} set discount_percent = 101 where valid_to is null",
            ["i1|2026-02-01 00:00:00"],
        ),
        "versions_of_an_item_do_not_overlap": (
            f"update {ITEMS} set valid_to = timestamp '2026-02-02' where valid_to is not null",
            ["i1"],
        ),
    },
    "currency_rates": {
        "a_rate_is_above_zero": (
            "update conformed.fx_rates set usd_rate = 0",
            ["EUR|2026-01-01"],
        ),
    },
    "freshness": {
        "product_usage_has_arrived_in_the_last_three_days": (
            "update conformed.usage_events set received_at = timestamp '2026-06-27 23:59:59'",
            ["usage_events, newest 2026-06-27 23:59:59"],
        ),
        "the_crm_has_changed_in_the_last_week": (
            "update conformed.crm_accounts set updated_at = timestamp '2026-06-01'",
            ["crm_accounts, newest 2026-06-01 00:00:00"],
        ),
        "tickets_have_moved_in_the_last_week": (
            "update conformed.support_tickets set updated_at = timestamp '2026-06-01'",
            ["support_tickets, newest 2026-06-01 00:00:00"],
        ),
        "billing_has_moved_in_the_last_month": (
            "update conformed.billing_invoices set updated_at = timestamp '2026-05-01'",
            ["billing_invoices, newest 2026-05-01 00:00:00"],
        ),
    },
    "identities": {
        "a_confidence_lies_between_0_and_1": (
            "update conformed.id_map set confidence = 9",
            ["stripe||c1"],
        ),
    },
    "opportunities": {
        "a_probability_lies_between_0_and_100_per_cent": (
            "update conformed.crm_opportunities set probability = 101",
            ["o1"],
        ),
        "a_won_opportunity_is_closed": (
            "update conformed.crm_opportunities set is_closed = false",
            ["o1"],
        ),
    },
    "people": {
        "a_working_time_lies_between_0_and_1": (
            "update conformed.hr_employees set fte = 2",
            ["u1"],
        ),
        "a_target_is_not_negative": ("update conformed.hr_employees set target_arr = -1", ["u1"]),
    },
    "population": {
        "there_are_accounts": ("delete from conformed.crm_accounts", []),
    },
    "product_usage": {
        "a_quantity_is_not_negative": ("update conformed.usage_events set quantity = -1", ["e1"]),
        "a_duration_is_not_negative": (
            "update conformed.usage_events set duration_seconds = -1",
            ["e1"],
        ),
    },
    "row_counts": {
        "rows_in_are_all_accounted_for": (
            "update conformed.row_counts set rows_kept = 96",
            ["crm_accounts from crm"],
        ),
        "no_source_table_collapses": (
            "update landing._file_manifest set rows_landed = 49 where status = 'landed'",
            ["crm.account: 100 → 49", "crm.contract: 200 → 49"],
        ),
    },
    "surveys": {
        "an_nps_answer_lies_between_0_and_10": (
            "update conformed.cs_surveys set score = 11 where response_id = 'r1'",
            ["r1"],
        ),
    },
    "tickets": {
        "a_first_reply_takes_no_negative_time": (
            "update conformed.support_tickets set first_reply_minutes_calendar = -1",
            ["t1"],
        ),
        "a_resolution_takes_no_negative_time": (
            "update conformed.support_tickets set full_resolution_minutes_calendar = -1",
            ["t1"],
        ),
    },
    "account_dimension": {
        "every_crm_account_is_there_and_no_other": (
            "delete from marts.dim_accounts where account_id = 'A2'",
            ["A2"],
        ),
        "arr_is_not_negative": (
            "update marts.dim_accounts set arr_usd = -1 where account_id = 'A1'",
            ["A1"],
        ),
        "a_merged_account_has_no_arr_of_its_own": (
            "update marts.dim_accounts set arr_usd = 5 where account_id = 'A2'",
            ["A2"],
        ),
        "a_survivor_is_an_account_that_was_not_merged_itself": (
            "update marts.dim_accounts set surviving_account_id = 'A9' where account_id = 'A2'",
            ["A2"],
        ),
        "there_are_accounts": ("delete from marts.dim_accounts", []),
    },
    "arr_movements": {
        "opening_and_movements_make_closing": (
            f"update {MOVEMENTS} set closing_arr_usd = 900.01 where {JUNE}",
            ["A1|2026-06-01"],
        ),
        "a_month_opens_with_what_the_month_before_closed_with": (
            f"update {MOVEMENTS} set opening_arr_usd = 799 where {JUNE}",
            ["A1|2026-06-01"],
        ),
        "no_month_is_missing_between_an_accounts_first_and_last": (
            f"update {MOVEMENTS} set month_start_date = date '2026-04-01' where not {JUNE}",
            ["A1"],
        ),
        "the_movement_is_the_amount_that_is_not_zero": (
            f"update {MOVEMENTS} set movement = 'churn' where {JUNE}",
            ["A1|2026-06-01"],
        ),
        "closing_arr_is_not_negative": (
            f"update {MOVEMENTS} set closing_arr_usd = -1 where {JUNE}",
            ["A1|2026-06-01"],
        ),
        "churn_takes_away": (
            f"update {MOVEMENTS} set churn_arr_usd = 1 where {JUNE}",
            ["A1|2026-06-01"],
        ),
        "contraction_takes_away": (
            f"update {MOVEMENTS} set contraction_arr_usd = 1 where {JUNE}",
            ["A1|2026-06-01"],
        ),
        "expansion_adds": (
            f"update {MOVEMENTS} set expansion_arr_usd = -1 where {JUNE}",
            ["A1|2026-06-01"],
        ),
        "the_last_month_closes_with_the_companys_arr": (
            "update marts.dim_accounts set arr_usd = 901 where account_id = 'A1'",
            ["A1"],
        ),
        "nothing_is_known_before_its_day": (
            f"update {MOVEMENTS} set state_date = date '2026-07-01' where {JUNE}",
            ["A1|2026-06-01"],
        ),
    },
    "account_history": {
        "intervals_have_neither_overlap_nor_gap": (
            "update marts.fct_account_history set valid_to = date '2026-03-02' "
            "where not is_current",
            ["A1|2026-01-01"],
        ),
        "one_interval_of_an_account_is_the_current_one": (
            "update marts.fct_account_history set is_current = true",
            ["A1"],
        ),
        "nothing_is_known_before_its_day": (
            "update marts.fct_account_history set valid_from = date '2026-07-01' where is_current",
            ["A1|2026-07-01"],
        ),
    },
}
WRITTEN = [
    suite
    for layer in ("conformed", "marts")
    for suite in load_suites(layer)
    if not suite.name.startswith(("contract_", "mart_"))
]
POLICY = PROJECT / "seeds" / "reference" / "quality_policy.csv"


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    return company.build(tmp_path_factory.mktemp("company") / "w.duckdb", POLICY)


def failed(warehouse: Path, suites):
    return {
        (check.suite, check.name): check
        for layer in ("conformed", "marts")
        for result in validate_suites(warehouse, layer, [s for s in suites if s.layer == layer])
        for check in result.checks
        if not check.success
    }


def test_a_sound_company_passes_every_suite(sound):
    told = {
        name: (check.error, check.offending_keys) for name, check in failed(sound, WRITTEN).items()
    }
    assert told == {}


def test_every_expectation_has_been_seen_to_fail():
    written = {suite.name: {entry.name for entry in suite.expectations} for suite in WRITTEN}
    assert {name: set(breaks) for name, breaks in BREAKS.items()} == written


@pytest.mark.parametrize("suite", WRITTEN, ids=lambda suite: suite.name)
def test_each_expectation_finds_its_fault_and_names_the_rows(sound, tmp_path, suite):
    for name, (damage, keys) in BREAKS[suite.name].items():
        broken = tmp_path / f"{name}.duckdb"
        shutil.copy(sound, broken)
        with duckdb.connect(str(broken)) as connection:
            connection.execute(damage)
        check = failed(broken, [suite])[suite.name, name]
        assert check.error is None, name
        assert list(check.offending_keys) == keys, name
