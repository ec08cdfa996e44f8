"""The sample company, landed and conformed for real: what the gate finds is what was planted."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import duckdb
import pytest

from expectations import judge, validate_suites
from expectations.catalogue import PROJECT
from expectations.rules import ROW_RULES
from tests.support.raw_company import billed_arr, required_field_faults

RAW = PROJECT / "seeds" / "raw"
FAULTS = RAW / "FAULTS.csv"
AS_OF = date(2026, 6, 30)
REQUIRED_FIELD_RULES = (
    "missing_renewal_date",
    "missing_arr",
    "negative_arr",
    "arr_billing_mismatch",
    "missing_segment",
    "unknown_segment",
)
NOT_JUDGED_TWICE = {"activity_before_customer"}
"""Only `activity_issues` judges it: an account's first day is too much to say twice."""


@pytest.fixture(scope="module")
def warehouse(conformed_sample):
    return conformed_sample


@pytest.fixture(scope="module")
def results(warehouse):
    return validate_suites(warehouse, "conformed")


@pytest.fixture(scope="module")
def planted():
    with FAULTS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def billed():
    return billed_arr(RAW, AS_OF)


def segments():
    with (PROJECT / "seeds/reference/segments.csv").open(encoding="utf-8", newline="") as lines:
        return {row["label"] for row in csv.DictReader(lines)}


def rows_of(warehouse, sql):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_sample_passes_the_gate_and_its_faults_are_told(warehouse, results):
    ruling = judge(warehouse, results)
    assert ruling.passed, ruling.sentences
    told = {warning.rule_id for warning in ruling.warnings}
    listed = rows_of(warehouse, "select distinct rule_id from conformed.data_issues")
    assert {rule for (rule,) in listed} <= told


def test_no_expectation_fails_but_those_of_planted_rules(results, planted):
    rules = {fault["rule_id"] for fault in planted}
    unexpected = [
        (check.suite, check.name, check.error, check.offending_keys)
        for result in results
        for check in result.checks
        if not check.success and check.rule_id not in rules
    ]
    assert unexpected == []


def test_great_expectations_counts_what_data_issues_lists(warehouse, results):
    counted = Counter()
    for result in results:
        for check in result.checks:
            if check.rule_id in ROW_RULES:
                counted[check.rule_id] += check.unexpected_count
    listed = dict(
        rows_of(warehouse, "select rule_id, count(*) from conformed.data_issues group by rule_id")
    )
    judged = {rule: count for rule, count in listed.items() if rule not in NOT_JUDGED_TWICE}
    assert {rule: count for rule, count in counted.items() if count} == judged


@pytest.mark.parametrize("rule", REQUIRED_FIELD_RULES)
def test_every_planted_gap_of_a_required_field_is_caught_with_its_arr(
    warehouse, results, planted, billed, rule
):
    stakes = dict(
        rows_of(warehouse, "select account_id, arr_at_stake from conformed.account_stakes")
    )
    accounts = sorted(fault["account_id"] for fault in planted if fault["rule_id"] == rule)
    assert len(accounts) >= 3
    failing = [
        check
        for result in results
        for check in result.checks
        if check.rule_id == rule and not check.success
    ]
    assert sorted(key for check in failing for key in check.offending_keys) == accounts
    assert {key: stakes[key] for key in accounts} == {key: billed[key] for key in accounts}
    assert sum(check.arr_at_stake for check in failing) == sum(billed[key] for key in accounts)
    assert sum(check.accounts_at_stake for check in failing) == len(accounts)
    assert accounts == sorted(required_field_faults(RAW, AS_OF, segments())[rule])


def test_the_arr_at_stake_of_every_account_is_what_billing_charges(warehouse, billed):
    ours = dict(rows_of(warehouse, "select account_id, arr_at_stake from conformed.account_stakes"))
    known = {account: arr for account, arr in billed.items() if account in ours and arr > 0}
    assert len(known) > 200
    assert {account: ours[account] for account in known} == known


def test_an_evergreen_customer_without_renewal_date_is_no_fault(warehouse, results):
    ((exempt,),) = rows_of(
        warehouse,
        "select count(*) from conformed.gate_accounts where renewal_date is null and is_evergreen",
    )
    assert exempt > 0
    (check,) = [
        check
        for result in results
        for check in result.checks
        if check.rule_id == "missing_renewal_date"
    ]
    keys = "', '".join(check.offending_keys)
    found = rows_of(
        warehouse,
        f"select count(*) from conformed.gate_accounts where account_id in ('{keys}') "
        "and is_evergreen",
    )
    assert found == [(0,)]
