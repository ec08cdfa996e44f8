"""What is wrong with the data is reported row by row: all of it, and nothing that isn't wrong."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.settings import PROJECT, Settings
from tests.end_to_end.commands import run
from tests.end_to_end.conftest import FinishedRun
from tests.support.conformed_sample import land_and_build
from tests.support.raw_company import billed_arr

RAW = PROJECT / "seeds" / "raw"
REQUIRED_FIELD_RULES = {
    *("missing_renewal_date", "missing_arr", "negative_arr", "arr_billing_mismatch"),
    *("missing_segment", "unknown_segment"),
}
RAVENSTACK = PROJECT.parent / "shared" / "data" / "ravenstack"
EXAMPLE = PROJECT / "examples" / "ravenstack" / "sources.yml"


def issues(home: Path) -> Counter[tuple[str, str, str]]:
    """How often each rule, system and record is reported."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select rule_id, source_system, record_id from marts.fct_data_issues"
        ).fetchall()
    return Counter((str(rule), str(system), str(record)) for rule, system, record in rows)


def test_every_planted_fault_of_the_sample_company_is_reported_and_nothing_else(
    sample_home: Path,
) -> None:
    with (PROJECT / "seeds" / "raw" / "FAULTS.csv").open(encoding="utf-8", newline="") as lines:
        planted = list(csv.DictReader(lines))
    expected: Counter[tuple[str, str, str]] = Counter()
    for fault in planted:
        record = fault["record_id"]
        if fault["expected_in"] == "rejected":
            record = f"{Path(fault['source_file']).name}:{fault['line_number']}"
        expected[fault["rule_id"], fault["source_system"], record] += 1
    assert len(planted) > 80
    assert issues(sample_home) == expected


def test_a_clean_company_has_nothing_to_report(finished: FinishedRun) -> None:
    assert issues(finished.home) == Counter()


def told_by_great_expectations(home: Path) -> dict[str, tuple[set[str], int, Decimal]]:
    """Failing records, accounts and ARR at stake of each rule on required fields that failed."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select rule_id, sampled_keys, accounts_at_stake, arr_at_stake "
            "from marts.fct_quality_results where stage = 'gate' and not is_passed"
        ).fetchall()
    return {
        rule: (set(keys.split(", ")), accounts, arr)
        for rule, keys, accounts, arr in rows
        if rule in REQUIRED_FIELD_RULES
    }


def test_great_expectations_tells_each_fault_of_a_required_field_with_the_arr_that_is_billed(
    sample_home: Path,
) -> None:
    billed = billed_arr(RAW, date(2026, 6, 30))
    with (RAW / "FAULTS.csv").open(encoding="utf-8", newline="") as lines:
        planted = [row for row in csv.DictReader(lines) if row["rule_id"] in REQUIRED_FIELD_RULES]
    assert len(planted) == 23
    expected = {}
    for rule in REQUIRED_FIELD_RULES:
        accounts = {fault["account_id"] for fault in planted if fault["rule_id"] == rule}
        expected[rule] = (accounts, len(accounts), sum(billed[name] for name in accounts))
    assert told_by_great_expectations(sample_home) == expected


def test_great_expectations_finds_no_gap_of_a_required_field_in_a_clean_company(
    finished: FinishedRun,
) -> None:
    with duckdb.connect(
        str(finished.home / "published" / "current.duckdb"), read_only=True
    ) as connection:
        judged = connection.execute(
            "select rule_id, is_passed, unexpected_count from marts.fct_quality_results "
            "where stage = 'gate' and suite in ('account_required_fields', 'accounts')"
        ).fetchall()
    assert {rule for rule, _, _ in judged} >= REQUIRED_FIELD_RULES
    assert [row for row in judged if not row[1] or row[2]] == []


@pytest.mark.skipif(not RAVENSTACK.is_dir(), reason=f"{RAVENSTACK} isn't there")
def test_the_faults_of_a_company_that_no_one_here_wrote_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of all marts only these two, as dbt makes them; the whole run is the slow test below."""
    monkeypatch.setenv("RAVENSTACK_DIR", str(RAVENSTACK))
    settings = Settings.from_environment(tmp_path / "home", EXAMPLE)
    models = ("--select", "+fct_data_issues", "+dim_accounts", "--exclude", "resource_type:test")
    land_and_build(settings, *models, "resource_type:unit_test")
    assert_the_faults_of_ravenstack_are_reported(settings.warehouse)


@pytest.mark.slow  # a minute: pytest -m slow -n 0 tests/end_to_end/test_faults.py
@pytest.mark.skipif(not RAVENSTACK.is_dir(), reason=f"{RAVENSTACK} isn't there")
def test_a_run_of_a_company_that_no_one_here_wrote_reports_its_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAVENSTACK_DIR", str(RAVENSTACK))
    run(tmp_path / "home", EXAMPLE)
    assert_the_faults_of_ravenstack_are_reported(tmp_path / "home" / "published" / "current.duckdb")


def assert_the_faults_of_ravenstack_are_reported(file: Path) -> None:
    accounts = pd.read_csv(RAVENSTACK / "ravenstack_accounts.csv")
    tickets = pd.read_csv(RAVENSTACK / "ravenstack_support_tickets.csv")
    usage = pd.read_csv(RAVENSTACK / "ravenstack_feature_usage.csv")
    subscriptions = pd.read_csv(RAVENSTACK / "ravenstack_subscriptions.csv")
    signup = accounts.set_index("account_id")["signup_date"]
    early_tickets = tickets["submitted_at"].str[:10] < tickets["account_id"].map(signup)
    usage["early"] = usage["usage_date"] < usage["subscription_id"].map(
        subscriptions.set_index("subscription_id")["start_date"]
    )
    # Of an id that came twice with other content one row stands; which one decides if it is early.
    copies = usage["usage_id"].duplicated(keep=False)
    surely_early = int((usage["early"] & ~copies).sum())
    perhaps_early = usage[copies & usage["early"]]["usage_id"].nunique()

    with duckdb.connect(str(file), read_only=True) as connection:
        found = dict(
            connection.execute(
                """
                select
                    rule_id || '|' || coalesce(case
                        when rule_id like 'missing%' then field_name else contract_table end, ''),
                    count(*)
                from marts.fct_data_issues group by all
                """
            ).fetchall()
        )
        arr = connection.execute("select sum(arr) from marts.dim_accounts").fetchone()
    assert found["missing_renewal_date|renewal_date"] == len(accounts)
    assert found["missing_segment|segment"] == len(accounts)
    assert found["missing_arr|arr"] == len(accounts)
    assert found["duplicate_key|usage_events"] == int(usage["usage_id"].duplicated().sum()) == 21
    assert found["activity_before_customer|support_tickets"] == int(early_tickets.sum()) == 1077
    early_usage = found["activity_before_customer|usage_events"]
    assert surely_early <= early_usage <= surely_early + perhaps_early
    # Paid, not a trial, begun and not ended by the last day of 2024.
    live = subscriptions[
        ~subscriptions["is_trial"]
        & (subscriptions["start_date"] <= "2024-12-31")
        & ~(subscriptions["end_date"] <= "2024-12-31")
    ]
    assert arr is not None
    assert int(arr[0]) == int(live["arr_amount"].sum())
