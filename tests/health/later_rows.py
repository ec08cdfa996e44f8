"""A warehouse as it would have been landed on an earlier day: without what was known only later."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.ingestion.source_tables import SourceTable, source_systems
from orchestration.settings import PROJECT


def forget_later_rows(warehouse: Path, day: date) -> dict[str, int]:
    """Delete every raw row that was not known by the end of `day`; how many, by table.

    When a row was known stands in the sources' YAML (`known_at`, `known_with`). A record that was
    made by then and changed afterwards stays as it is: the models have to see past the change.
    """
    tables = [table for system in source_systems(PROJECT).values() for table in system.values()]
    deleted = {}
    with duckdb.connect(str(warehouse)) as connection:
        # what goes with the row of another table goes first
        for table in sorted(tables, key=lambda one: one.known_with is None):
            ((count,),) = connection.execute(
                f"delete from {_place(table)} where {_is_later(table, day)}"
            ).fetchall()
            deleted[f"{table.system}.{table.name}"] = count
    return deleted


def _place(table: SourceTable) -> str:
    return f'{table.schema}."{table.name}"'


def _is_later(table: SourceTable, day: date) -> str:
    if table.known_with:
        column, name = table.known_with
        other = source_systems(PROJECT)[table.system][name]
        later = f"select id from {_place(other)} where {_is_later(other, day)}"
        return f'coalesce("{column}" in ({later}), false)'
    if not table.known_at:
        return "false"
    moments = ", ".join(f'cast("{column}" as timestamp)' for column in table.known_at)
    return f"coalesce(least({moments}) >= timestamp '{day + timedelta(days=1)}', false)"
