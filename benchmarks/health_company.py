"""A large company's health the evening before one more day: the sample company many times."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.machine import PROJECT, ROOT
from benchmarks.revenue_company import count

# The keys that tell one copy of the sample company from another; people and products are shared.
KEYS = frozenset(
    [
        "account_id",
        "member_account_id",
        "surviving_account_id",
        "merged_into_account_id",
        "parent_account_id",
        "next_account_id",
        "crm_account_id",
        "billing_customer_id",
        "subscription_id",
        "subscription_item_id",
        "invoice_id",
        "invoice_line_id",
        "contract_id",
        "previous_contract_id",
        "contact_id",
        "user_id",
        "ticket_id",
        "ticket_event_id",
        "csat_id",
        "response_id",
        "activity_id",
        "touch_id",
        "qbr_id",
        "escalation_id",
        "support_org_id",
        "entitlement_id",
        "outcome_id",
    ]
)
# What health reads of an event; the rest stays blank, for a column that isn't read costs nothing.
EVENT_COLUMNS = ("account_id", "user_id", "event_name", "feature", "occurred_at", "received_at")
DAY_COLUMNS = ("date_day", "known_date", "week_end_date", "question_date")
BUILT = (
    "+fct_account_health_changes", "+fct_account_health_monthly", "+rpt_health_validation",
    "+rpt_health_drift_weekly",
)  # fmt: skip
LONGEST_MEMORY_DAYS = 130
"""Days of use that a new day looks back on; they are there however short the history."""
READ_WHOLE = ("int_usage_account_first_days", "int_health_validation_answers")
COMPARED_DAYS = (1, 7, 30, 90)
"""Days before a new day whose scores it reads; the keys of others aren't told apart by copy."""


def make_sample(home: Path, as_of: date) -> Path:
    """The committed sample company with every model of health built, in a warehouse of its own."""
    warehouse = home / "sample.duckdb"
    environment = {**os.environ, "CSOPS_WAREHOUSE": str(warehouse), "DO_NOT_TRACK": "1"}
    landing = [sys.executable, "-m", "orchestration.ingestion.land"]
    landing += ["--sources", str(ROOT / "sources.yml"), "--warehouse", str(warehouse)]
    subprocess.run(landing, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    building = [
        *(sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", "build"),
        *("--select", *BUILT, "resource_type:seed"),
        *("--exclude", "resource_type:test", "resource_type:unit_test"),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(home / "sample_target"), "--log-path", str(home / "logs")),
        *("--vars", json.dumps({"as_of_date": as_of.isoformat()})),
    ]
    subprocess.run(building, check=True, cwd=ROOT, env=environment)
    return warehouse


def multiply(
    sample: Path, warehouse: Path, grown: set[str], needed: set[str],
    *, accounts: int, history_days: int, as_of: date,
) -> dict[str, int]:  # fmt: skip
    """A warehouse in which the sample company stands often enough to have `accounts` accounts.

    `needed` are the tables that health reads, as of the as-of day; `grown` its own tables that grow
    by days, as they were the evening before, with `history_days` days; with 0 only what a new day
    reads of them and of the events. Rows by table.
    """
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set threads = 2; set memory_limit = '4GB'")
        connection.execute(f"attach '{sample}' as sample (read_only)")
        ((of_sample,),) = connection.execute(
            "select count(*) from sample.conformed.crm_accounts"
        ).fetchall()
        copies = -(-accounts // of_sample)
        only_read = history_days == 0
        history_days = history_days or max(COMPARED_DAYS)
        for schema, table in _tables(connection, "reference"):
            _create(connection, schema, table, 1, only_read)
        for schema, table in _tables(connection):
            if table in needed and schema != "reference":
                _create(connection, schema, table, copies, only_read)
        for schema, table in _tables(connection):
            day = next((c for c in DAY_COLUMNS if c in _columns(connection, schema, table)), None)
            if table in grown and day:
                first = as_of - timedelta(days=history_days)
                if table == "int_health_usage_daily":
                    first = min(first, as_of - timedelta(days=LONGEST_MEMORY_DAYS))
                if day != "date_day":
                    first = date.min
                _create_by_day(connection, schema, table, copies, day, first, as_of, only_read)
        connection.execute("detach sample")
        return {
            table: count(connection, f"{schema}.{table}")
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables() "
                "where schema_name <> 'reference' order by all"
            ).fetchall()
        }


EVENTS = """
select records.*, aliases.account_id
from sample.conformed.usage_event_records as records
left join sample.conformed.account_id_aliases as aliases
    on records._source_system = aliases.source_system
    and records.source_object = aliases.source_object
    and records.source_account_id = aliases.source_id
"""
"""The view `usage_events` in an attached database, where it can't be read: it names its own."""


def _tables(
    connection: duckdb.DuckDBPyConnection, schema: str | None = None
) -> list[tuple[str, str]]:
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = 'sample' "
        "and schema_name in ('reference', 'conformed', 'intermediate', 'marts') order by all"
    ).fetchall()
    views = [("conformed", "usage_events")]
    return [(found, table) for found, table in [*tables, *views] if schema in (None, found)]


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    return [
        name
        for (name,) in connection.execute(
            "select column_name from duckdb_columns() where database_name = 'sample' "
            "and schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
    ]


def _copied(columns: list[str], is_read: bool = True) -> str:
    """The columns of a copy: the keys of the first copy are the sample's own.

    Rows that a new day doesn't read keep the sample's keys in every copy, which is faster made.
    """
    return ", ".join(
        f"{name} || suffix as {name}" if is_read and name in KEYS else name for name in columns
    )


def _copies(number: int) -> str:
    return (
        "(select case when i = 0 then '' else '_' || i end as suffix "
        f"from range({number}) as numbers(i)) as copies"
    )


def _create(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, copies: int, only_read: bool
) -> None:
    connection.execute(f"create schema if not exists {schema}")
    columns = _columns(connection, schema, table)
    source = f"sample.{schema}.{table}"
    if table == "usage_events":  # month after month, as files land
        source = f"({EVENTS})"
        connection.execute(f"create table {schema}.{table} as from {source} limit 0")
        columns = list(EVENT_COLUMNS)
        months = connection.execute(
            f"select distinct date_trunc('month', received_at) from {source} order by 1"
        ).fetchall()
        for (month,) in months[-1:] if only_read else months:
            connection.execute(
                f"insert into {schema}.{table} by name "
                f"select {_copied(columns, month == months[-1][0])} from {source} "
                f"cross join {_copies(copies)} "
                f"where date_trunc('month', received_at) = '{month}'"
            )
        return
    if not KEYS & set(columns):
        copies = 1
    connection.execute(
        f"create table {schema}.{table} as select {_copied(columns)} from {source} "
        f"cross join {_copies(copies)}"
    )


def _create_by_day(
    connection: duckdb.DuckDBPyConnection,
    schema: str, table: str, copies: int, day: str, first: date, end: date, only_read: bool,
) -> None:  # fmt: skip
    """Day after day, as daily runs would have appended it; `end` itself is not there yet.

    With `first` at `end` only the days that the new day reads.
    """
    connection.execute(f"create schema if not exists {schema}")
    source = f"sample.{schema}.{table}"
    connection.execute(f"create table {schema}.{table} as from {source} limit 0")
    columns = _columns(connection, schema, table)
    if not KEYS & set(columns):
        copies = 1
    days = connection.execute(
        f"select distinct {day} from {source} where {day} >= ? and {day} < ? order by 1",
        [first, end],
    ).fetchall()
    for (value,) in days:
        age = (end - value).days
        is_read = (
            age in COMPARED_DAYS
            if day == "date_day" and table != "int_health_usage_daily"
            else age <= LONGEST_MEMORY_DAYS or table in READ_WHOLE
        )
        if not is_read and only_read:
            continue
        connection.execute(
            f"insert into {schema}.{table} select {_copied(columns, is_read)} "
            f"from (from {source} where {day} = ?) cross join {_copies(copies)}",
            [value],
        )
