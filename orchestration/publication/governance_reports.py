"""Which report of the governance calendar was made for which period, and on which day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

TABLE = "ops.governance_reports"


def keep_report(
    connection: duckdb.DuckDBPyConnection, duty_id: str, period: date, file: str, done: date
) -> None:
    """Write down that the report of a period was made; the first time counts, unless undone.

    A run for an earlier day than the one on record made it earlier, by the calendar.
    """
    _prepare(connection)
    connection.execute(
        f"delete from {TABLE} where duty_id = ? and period_end_date = ? and done_date > ?",
        [duty_id, period, done],
    )
    connection.execute(
        f"insert into {TABLE} select ?, ?, ?, ? where not exists "
        f"(select 1 from {TABLE} where duty_id = ? and period_end_date = ?)",
        [duty_id, file, period, done, duty_id, period],
    )


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("create schema if not exists ops")
    connection.execute(
        f"create table if not exists {TABLE} (duty_id varchar, report_file varchar, "
        "period_end_date date, done_date date)"
    )
