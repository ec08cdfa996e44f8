from __future__ import annotations

import json
import pickle
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations import SuiteResult, validate_suites
from tests.expectations.warehouse import (
    ACCOUNTS,
    NO_RENEWAL_DATE,
    RENEWAL_DATE,
    build,
    expectation,
    suite,
)

ROOT = Path(__file__).resolve().parents[2]
READINGS = """
    create table conformed.readings as
    select * from (values
        ('a', 1, 5.0, date '2026-01-01', date '2026-02-01', 'AB-1', 'A1'),
        ('b', 1, -1.0, date '2026-03-01', date '2026-02-01', 'AB-2', 'A2'),
        ('b', 2, 11.0, date '2026-01-01', null, 'xAB-3', 'A2'),
        (null, 2, null, null, date '2026-02-01', null, 'nobody')
    ) as readings (reading_id, part, grade, starts, ends, code, account_id)
"""


def checks(warehouse, *suites):
    return {
        check.name: check
        for result in validate_suites(warehouse, "conformed", suites)
        for check in result.checks
    }


def test_a_sound_warehouse_passes_every_check(tmp_path):
    (result,) = validate_suites(build(tmp_path / "w.duckdb"), "conformed", [ACCOUNTS])
    assert result.success
    assert [check.name for check in result.checks] == [e.name for e in ACCOUNTS.expectations]


def test_a_missing_renewal_date_names_the_account_and_its_arr(tmp_path):
    warehouse = build(tmp_path / "w.duckdb", NO_RENEWAL_DATE.format("A2"))
    check = checks(warehouse, ACCOUNTS)["a_customer_has_a_renewal_date"]
    assert not check.success
    assert (check.unexpected_count, check.element_count) == (1, 2)
    assert check.offending_keys == ("A2",)
    assert (check.accounts_at_stake, check.arr_at_stake) == (1, Decimal("60.00"))


def test_an_account_with_two_failing_rows_puts_its_arr_at_stake_once(tmp_path):
    warehouse = build(tmp_path / "w.duckdb", READINGS)
    entry = expectation(
        "it_holds",
        "expect_column_values_to_be_between",
        kwargs={"column": "grade", "min_value": 0, "max_value": 10},
    )
    check = checks(warehouse, suite(entry, table="conformed.readings"))["it_holds"]
    assert check.unexpected_count == 2
    assert (check.accounts_at_stake, check.arr_at_stake) == (1, Decimal("60.00"))


def test_an_evergreen_customer_needs_no_renewal_date(tmp_path):
    warehouse = build(tmp_path / "w.duckdb", NO_RENEWAL_DATE.format("A3"))
    assert checks(warehouse, ACCOUNTS)["a_customer_has_a_renewal_date"].success


@pytest.mark.parametrize(
    ("kind", "words", "failing"),
    [
        ("expect_column_values_to_not_be_null", {"column": "reading_id"}, ["|2"]),
        ("expect_column_values_to_be_unique", {"column": "reading_id"}, ["b|1", "b|2"]),
        ("expect_compound_columns_to_be_unique", {"column_list": ["part", "ends"]}, ["a|1", "b|1"]),
        (
            "expect_column_values_to_be_in_set",
            {"column": "code", "value_set": ["AB-1"]},
            ["b|1", "b|2"],
        ),
        (
            "expect_column_values_to_match_regex",
            {"column": "code", "regex": "^AB-[0-9]$"},
            ["b|2"],
        ),
        (
            "expect_column_values_to_be_between",
            {"column": "grade", "min_value": 0, "max_value": 10},
            ["b|1", "b|2"],
        ),
        (
            "expect_column_values_to_be_between",
            {"column": "grade", "min_value": 5, "strict_min": True},
            ["a|1", "b|1"],
        ),
        (
            "expect_column_values_to_be_between",
            {"column": "starts", "max_value": "2026-03-01", "strict_max": True},
            ["b|1"],
        ),
        (
            "expect_column_pair_values_a_to_be_greater_than_b",
            {"column_A": "ends", "column_B": "starts", "or_equal": True},
            ["b|1"],
        ),
        (
            "unexpected_rows_expectation",
            {"unexpected_rows_query": "select part as record_id from {batch} where grade > 10"},
            ["2"],
        ),
    ],
)
def test_great_expectations_and_our_own_sql_find_the_same_rows(tmp_path, kind, words, failing):
    warehouse = build(tmp_path / "w.duckdb", READINGS)
    entry = expectation("it_holds", kind, kwargs=words)
    readings = suite(entry, table="conformed.readings")
    readings = type(readings)(**{**vars(readings), "key": ("reading_id", "part")})
    check = checks(warehouse, readings)["it_holds"]
    assert list(check.offending_keys) == failing
    assert check.unexpected_count == len(failing)


def test_a_check_of_some_rows_looks_at_these_rows_only(tmp_path):
    warehouse = build(tmp_path / "w.duckdb", READINGS)
    entry = expectation(
        "it_holds",
        "expect_column_values_to_not_be_null",
        kwargs={"column": "grade"},
        where={"part": [1, 3], "reading_id": "a"},
    )
    check = checks(warehouse, suite(entry, table="conformed.readings"))["it_holds"]
    assert check.success
    assert check.element_count == 1


def test_at_most_twenty_keys_are_shown_of_many_that_fail(tmp_path):
    warehouse = build(
        tmp_path / "w.duckdb",
        "insert into conformed.gate_accounts "
        "select 'B' || n, 'smb', 1, null, true, date '2026-06-30' from range(5000) as rows (n)",
    )
    check = checks(warehouse, ACCOUNTS)["a_customer_has_a_renewal_date"]
    assert check.unexpected_count == 5000
    assert len(check.offending_keys) == 20
    assert check.arr_at_stake == 5000


def test_the_day_and_reference_values_are_read_from_the_warehouse(tmp_path):
    warehouse = build(tmp_path / "w.duckdb", "delete from reference.segments where label = 'smb'")
    later = expectation(
        "nothing_is_later",
        "expect_column_values_to_be_between",
        kwargs={"column": "renewal_date", "max_value": "{day_after_as_of}", "strict_max": True},
    )
    found = checks(
        warehouse,
        ACCOUNTS,
        type(ACCOUNTS)(**{**vars(ACCOUNTS), "name": "days", "expectations": (later,)}),
    )
    assert found["the_segment_is_a_known_one"].offending_keys == ("A2",)
    assert found["nothing_is_later"].offending_keys == ("A1", "A2")


def test_a_table_or_column_that_is_not_there_is_a_failed_check_with_its_reason(tmp_path):
    warehouse = build(tmp_path / "w.duckdb")
    absent = suite(RENEWAL_DATE, table="conformed.absent")
    check = checks(warehouse, absent)["a_customer_has_a_renewal_date"]
    assert not check.success
    assert check.error == "conformed.absent is not in the warehouse"
    entry = expectation("x", "expect_column_values_to_not_be_null", kwargs={"column": "absent"})
    check = checks(warehouse, suite(entry))["x"]
    assert not check.success
    assert "absent" in check.error


def test_a_query_that_cannot_run_leaves_the_answers_of_others_as_they_are(tmp_path):
    """All queries share one batch, whichever table they ask."""
    warehouse = build(tmp_path / "w.duckdb", READINGS)

    def asked(name, query):
        kwargs = {"unexpected_rows_query": query}
        return expectation(name, "unexpected_rows_expectation", kwargs=kwargs)

    found = checks(
        warehouse,
        suite(asked("broken", "select absent as record_id from {batch}")),
        suite(
            asked("found", "select code as record_id from {batch} where grade > 10"),
            asked("divided", "select error('no') as record_id from {batch}"),
            asked("none", "select code as record_id from {batch} where grade > 100"),
            table="conformed.readings",
        ),
    )
    assert "absent" in found["broken"].error
    assert "no" in found["divided"].error
    assert (found["found"].unexpected_count, found["found"].offending_keys) == (1, ("xAB-3",))
    assert found["none"].success
    assert not any(found[name].success for name in ("broken", "divided", "found"))


def test_results_are_plain_values_that_survive_json_and_pickle(tmp_path):
    warehouse = build(tmp_path / "w.duckdb", NO_RENEWAL_DATE.format("A2"))
    results = validate_suites(warehouse, "conformed", [ACCOUNTS])
    through_json = [
        SuiteResult.from_dict(json.loads(json.dumps(result.to_dict()))) for result in results
    ]
    assert through_json == results
    assert pickle.loads(pickle.dumps(results)) == results


def test_the_warehouse_is_read_only_and_let_go_of(tmp_path):
    warehouse = build(tmp_path / "w.duckdb")
    before = warehouse.read_bytes()
    validate_suites(warehouse, "conformed", [ACCOUNTS])
    assert warehouse.read_bytes() == before
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table now_a_writer_may_come (n integer)")


def test_a_missing_warehouse_is_an_error_and_is_not_created(tmp_path):
    with pytest.raises(FileNotFoundError):
        validate_suites(tmp_path / "none.duckdb", "conformed", [ACCOUNTS])
    assert not list(tmp_path.iterdir())


def test_importing_the_package_does_not_import_great_expectations():
    code = "import sys, expectations; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_validation_prints_nothing_of_its_own(tmp_path):
    build(tmp_path / "w.duckdb", NO_RENEWAL_DATE.format("A2"))
    code = (
        "import sys, pathlib; from expectations import validate_suites;"
        "from tests.expectations.warehouse import ACCOUNTS;"
        "validate_suites(pathlib.Path(sys.argv[1]), 'conformed', [ACCOUNTS])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "w.duckdb")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == ""
    assert said.stderr == ""
