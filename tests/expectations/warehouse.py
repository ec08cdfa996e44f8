"""A small warehouse as landing and the conform phase leave it: three customers, one evergreen."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.suites import Expectation, Suite

AS_OF = "2026-06-30"

SQL = f"""
create schema landing;
create table landing._loads as
    select 'load-1' as load_id, timestamp '2026-07-01 02:00:00' as started_at,
        timestamp '2026-07-01 02:01:00' as finished_at, date '{AS_OF}' as as_of_date,
        'loaded' as status;
create schema reference;
create table reference.segments as select unnest(['enterprise', 'mid_market', 'smb']) as label;
create schema conformed;
create table conformed.quality_policy_in_force as
    select rule_id, severity, cast(max_arr_share as double) as max_arr_share, team as owner_team,
        'Fill it in the CRM.' as remedy, cast(null as varchar) as exception_reason
    from (values
        ('missing_renewal_date', 'quarantine', 0.10, 'RevOps'),
        ('unknown_segment', 'quarantine', 0.10, 'RevOps'),
        ('late_arrival', 'warn', null, 'Data Platform')
    ) as policy (rule_id, severity, max_arr_share, team);
create table conformed.gate_accounts as
    select *, date '{AS_OF}' as known_date from (values
        ('A1', 'enterprise', cast(900 as decimal(18, 2)), date '2026-12-31', true),
        ('A2', 'smb', cast(60 as decimal(18, 2)), date '2027-01-31', true),
        ('A3', 'mid_market', cast(40 as decimal(18, 2)), null, false)
    ) as accounts (account_id, segment, arr_at_stake, renewal_date, needs_renewal_date);
create view conformed.account_stakes as
    select account_id, arr_at_stake from conformed.gate_accounts;
create table conformed.data_issues (issue_id varchar, rule_id varchar, account_id varchar,
    arr_at_stake decimal(18, 2), record_id varchar);
"""

NO_RENEWAL_DATE = "update conformed.gate_accounts set renewal_date = null where account_id = '{}'"
LISTED = (
    "insert into conformed.data_issues by name select 'missing_renewal_date' as rule_id, "
    "'{}' as account_id, {} as arr_at_stake"
)


def build(path: Path, *changes: str) -> Path:
    """Writes the warehouse to `path` and then applies `changes`, SQL statements."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(SQL)
        for change in changes:
            connection.execute(change)
    return path


def expectation(name: str, kind: str, **words: object) -> Expectation:
    """An expectation about renewal dates in quarantine, unless `words` say otherwise."""
    given: dict[str, object] = {
        "rule_id": "missing_renewal_date",
        "severity": "quarantine",
        "dimension": "completeness",
        "description": "Nobody sees the renewal coming.",
        "remedy": "Set the renewal date.",
        **words,
    }
    return Expectation(name=name, type=kind, **given)


RENEWAL_DATE = expectation(
    "a_customer_has_a_renewal_date",
    "expect_column_values_to_not_be_null",
    kwargs={"column": "renewal_date"},
    where={"needs_renewal_date": True},
)
SEGMENT = expectation(
    "the_segment_is_a_known_one",
    "expect_column_values_to_be_in_set",
    kwargs={"column": "segment", "value_set": {"table": "reference.segments", "column": "label"}},
    rule_id="unknown_segment",
    dimension="validity",
)
KEY = expectation(
    "one_row_per_account",
    "expect_column_values_to_be_unique",
    kwargs={"column": "account_id"},
    rule_id="primary_key",
    severity="block",
    dimension="uniqueness",
)
DAY = expectation(
    "nothing_is_known_before_its_day",
    "expect_column_values_to_be_between",
    kwargs={"column": "known_date", "max_value": "{day_after_as_of}", "strict_max": True},
    rule_id="known_by_as_of",
    severity="block",
    dimension="timeliness",
)
POPULATED = expectation(
    "there_are_accounts",
    "expect_table_row_count_to_be_between",
    kwargs={"min_value": 1},
    rule_id="empty_table",
    severity="block",
    dimension="volume",
)


def suite(*expectations: Expectation, table: str = "conformed.gate_accounts") -> Suite:
    """A suite of RevOps on one table, keyed by account."""
    return Suite(
        name="accounts",
        layer="conformed",
        table=table,
        owner="RevOps",
        description="Accounts can be renewed.",
        expectations=expectations,
        key=("account_id",),
    )


ACCOUNTS = suite(RENEWAL_DATE, SEGMENT, KEY, DAY, POPULATED)
