from __future__ import annotations

import json
import math
from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest

from expectations import judge, validate_suites
from tests.expectations.warehouse import (
    ACCOUNTS,
    LISTED,
    NO_RENEWAL_DATE,
    RENEWAL_DATE,
    build,
    expectation,
    suite,
)

A_SMALL_FAULT = (NO_RENEWAL_DATE.format("A2"), LISTED.format("A2", 60))
A_LARGE_FAULT = (NO_RENEWAL_DATE.format("A1"), LISTED.format("A1", 900))


def verdict(warehouse, *suites):
    chosen = suites or (ACCOUNTS,)
    return judge(warehouse, validate_suites(warehouse, "conformed", chosen), expected=chosen)


def test_a_sound_warehouse_passes(tmp_path):
    ruling = verdict(build(tmp_path / "w.duckdb"))
    assert ruling.passed
    assert not ruling.blocking
    assert not ruling.warnings


def test_a_row_fault_within_the_policy_is_borne_and_told(tmp_path):
    ruling = verdict(build(tmp_path / "w.duckdb", *A_SMALL_FAULT))
    assert ruling.passed
    (warning,) = ruling.warnings
    assert warning.arr_at_stake == Decimal("60.00")
    assert warning.arr_share == pytest.approx(0.06)
    assert "6.00%" in warning.sentence
    assert "within the limit of 10.00%" in warning.sentence
    assert "Fill it in the CRM." in warning.sentence


def test_a_row_fault_past_its_share_of_arr_stops_the_run(tmp_path):
    ruling = verdict(build(tmp_path / "w.duckdb", *A_LARGE_FAULT))
    assert not ruling.passed
    (blocking,) = ruling.blocking
    assert blocking.rule_id == "missing_renewal_date"
    assert "past the limit of 10.00%" in blocking.sentence


def test_exactly_the_limit_is_still_within_it(tmp_path):
    limit = "update conformed.quality_policy_in_force set max_arr_share = 0.06"
    assert verdict(build(tmp_path / "w.duckdb", *A_SMALL_FAULT, limit)).passed


def test_a_structural_fault_stops_the_run_however_small(tmp_path):
    twice = (
        "insert into conformed.gate_accounts select * from conformed.gate_accounts "
        "where account_id = 'A3'"
    )
    ruling = verdict(build(tmp_path / "w.duckdb", twice))
    assert not ruling.passed
    assert "one_row_per_account: 2 of 4 rows, for example A3" in ruling.blocking[0].sentence


def test_a_warning_never_stops_the_run(tmp_path):
    listed = LISTED.format("A1", 900).replace("missing_renewal_date", "late_arrival")
    ruling = verdict(build(tmp_path / "w.duckdb", listed))
    assert ruling.passed
    assert "late_arrival" in ruling.warnings[0].sentence


def test_an_account_with_two_faults_of_a_rule_puts_its_arr_at_stake_once(tmp_path):
    again = LISTED.format("A2", 60)
    ruling = verdict(build(tmp_path / "w.duckdb", *A_SMALL_FAULT, again))
    assert ruling.warnings[0].arr_at_stake == Decimal("60.00")


def test_the_arr_of_records_without_an_account_adds_up(tmp_path):
    unknown = (
        "insert into conformed.data_issues by name "
        "select 'late_arrival' as rule_id, 'c' || n as record_id, 25 as arr_at_stake "
        "from range(3) as rows (n)"
    )
    ruling = verdict(build(tmp_path / "w.duckdb", unknown))
    assert ruling.warnings[0].arr_at_stake == Decimal("75.00")


def test_a_fault_that_no_list_carries_stops_the_run(tmp_path):
    ruling = verdict(build(tmp_path / "w.duckdb", NO_RENEWAL_DATE.format("A2")))
    assert not ruling.passed
    assert "data_issues lists none" in ruling.blocking[0].sentence


def test_an_exception_from_the_policy_is_told_with_its_reason(tmp_path):
    exception = (
        "update conformed.quality_policy_in_force set severity = 'warn', max_arr_share = null, "
        "exception_reason = 'this CRM has no such field' where rule_id = 'missing_renewal_date'"
    )
    ruling = verdict(build(tmp_path / "w.duckdb", *A_LARGE_FAULT, exception))
    assert ruling.passed
    assert "reported (this CRM has no such field)" in ruling.warnings[0].sentence


def test_without_any_arr_the_share_of_accounts_decides(tmp_path):
    no_arr = "update conformed.gate_accounts set arr_at_stake = 0"
    ruling = verdict(build(tmp_path / "w.duckdb", *A_SMALL_FAULT, no_arr))
    assert not ruling.passed
    assert ruling.blocking[0].arr_share == pytest.approx(1 / 3)


def test_a_verdict_is_plain_json(tmp_path):
    ruling = verdict(build(tmp_path / "w.duckdb", *A_SMALL_FAULT))
    told = json.loads(json.dumps(ruling.to_dict()))
    assert told["warnings"][0]["arr_at_stake"] == "60.00"
    assert ruling.sentences[0] == "The conformed gate passed: 5 checks, 1 warnings."


def changed(results, position=0, **values):
    """The results with one check's values replaced."""
    (result,) = results
    found = list(result.checks)
    found[position] = replace(found[position], **values)
    return [replace(result, checks=tuple(found))]


def without(results, position=0):
    (result,) = results
    return [replace(result, checks=result.checks[:position] + result.checks[position + 1 :])]


TAMPERED = {
    "no result at all": lambda results: [],
    "an empty suite": lambda results: [replace(results[0], checks=())],
    "a suite left out for another": lambda results: [replace(results[0], suite="b", checks=())],
    "the first check missing": without,
    "the last check missing": lambda results: without(results, -1 % 4),
    "a check answered twice": lambda results: [*results, *results],
    "an exception": lambda results: changed(results, error="boom"),
    "an exception beside a success": lambda results: changed(results, success=True, error="boom"),
    "an empty error": lambda results: changed(results, error=""),
    "success that is no answer": lambda results: changed(results, success=None),
    "success as text": lambda results: changed(results, success="true"),
    "success as a number": lambda results: changed(results, success=1),
    "a success with failing rows": lambda results: changed(results, unexpected_count=3),
    "a negative count": lambda results: changed(results, unexpected_count=-1),
    "a count that is no number": lambda results: changed(results, unexpected_count=math.nan),
    "an infinite count": lambda results: changed(results, element_count=math.inf),
    "a share that is no number": lambda results: changed(results, unexpected_share=math.nan),
    "a failure without rows": lambda results: changed(results, success=False, unexpected_count=0),
    "a failure without a count": lambda results: changed(
        results, success=False, unexpected_count=None
    ),
    "the answer of another table": lambda results: changed(results, table="conformed.other"),
    "the answer to another rule": lambda results: changed(results, rule_id="missing_arr"),
    "a block talked down to a warning": lambda results: changed(results, 2, severity="warn"),
    "a check under another name": lambda results: changed(results, name="something_else"),
    "a failed structural check": lambda results: changed(results, 2, success=False),
    "results of two layers": lambda results: [*results, replace(results[0], layer="marts")],
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    warehouse = build(tmp_path_factory.mktemp("sound") / "w.duckdb")
    return warehouse, validate_suites(warehouse, "conformed", [ACCOUNTS])


@pytest.mark.parametrize("injury", TAMPERED)
def test_injured_results_never_pass(sound, injury):
    warehouse, results = sound
    assert judge(warehouse, results, expected=[ACCOUNTS]).passed
    ruling = judge(warehouse, TAMPERED[injury](results), expected=[ACCOUNTS])
    assert not ruling.passed
    assert ruling.blocking


POLICY = "conformed.quality_policy_in_force"
BROKEN = {
    "no list of issues": "drop table conformed.data_issues",
    "no accounts": "drop table conformed.gate_accounts",
    "no account at all": "delete from conformed.gate_accounts",
    "a row from the future": "update conformed.gate_accounts set known_date = '2026-07-01'",
    "no policy table": "drop table conformed.quality_policy_in_force",
    "no policy for the rule": f"delete from {POLICY}",
    "a policy without a share": f"update {POLICY} set max_arr_share = null",
    "a policy with a share above one": f"update {POLICY} set max_arr_share = 10",
    "a policy with a share that is no number": f"update {POLICY} set max_arr_share = 'nan'",
    "a policy of an unknown severity": f"update {POLICY} set severity = 'shrug'",
    "no segments to compare with": "delete from reference.segments",
    "no run on record": "delete from landing._loads",
    "no landing at all": "drop schema landing cascade",
    "a column renamed": "alter table conformed.gate_accounts rename renewal_date to renews_on",
    "a column of another type": (
        "alter table conformed.gate_accounts alter segment set data type integer using 1"
    ),
}


@pytest.mark.parametrize("damage", BROKEN)
def test_a_damaged_warehouse_never_passes(tmp_path, damage):
    warehouse = build(tmp_path / "w.duckdb", *A_SMALL_FAULT)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(BROKEN[damage])
    ruling = verdict(warehouse)
    assert not ruling.passed
    assert all(blocking.sentence for blocking in ruling.blocking)


def test_a_gate_without_suites_does_not_pass(tmp_path):
    warehouse = build(tmp_path / "w.duckdb")
    assert not judge(warehouse, [], "conformed", expected=[]).passed


def test_sql_that_fails_in_a_check_does_not_pass(tmp_path):
    broken = expectation(
        "it_runs",
        "unexpected_rows_expectation",
        kwargs={"unexpected_rows_query": "select nothing as record_id from {batch}"},
    )
    ruling = verdict(build(tmp_path / "w.duckdb"), suite(RENEWAL_DATE, broken))
    assert not ruling.passed
    assert "could not be judged" in ruling.blocking[0].sentence


def test_a_file_that_is_no_warehouse_does_not_pass(tmp_path):
    warehouse = build(tmp_path / "w.duckdb")
    results = validate_suites(warehouse, "conformed", [ACCOUNTS])
    warehouse.write_bytes(b"this is not a database" * 1000)
    assert not judge(warehouse, results, expected=[ACCOUNTS]).passed
