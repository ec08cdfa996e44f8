"""What is wrong with the data is reported row by row: all of it, and nothing that isn't wrong."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.settings import PROJECT
from tests.end_to_end.commands import run
from tests.end_to_end.conftest import FinishedRun

RAVENSTACK = PROJECT.parent / "shared" / "data" / "ravenstack"


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


@pytest.mark.skipif(not RAVENSTACK.is_dir(), reason=f"{RAVENSTACK} isn't there")
def test_the_faults_of_a_company_that_no_one_here_wrote_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAVENSTACK_DIR", str(RAVENSTACK))
    run(tmp_path / "home", PROJECT / "examples" / "ravenstack" / "sources.yml")
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

    with duckdb.connect(
        str(tmp_path / "home" / "published" / "current.duckdb"), read_only=True
    ) as connection:
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
