"""How many rows a table has on which day, read from one column of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import duckdb

from orchestration.ingestion.csv_files import plain_rows
from orchestration.ingestion.csv_layout import layout
from orchestration.ingestion.csv_scan import BYTE_ORDER_MARK
from orchestration.ingestion.files import DataFile, opened
from orchestration.ingestion.parquet_files import parquet_content, parquet_rows
from orchestration.ingestion.quoting import identifier
from orchestration.ingestion.source_tables import SourceTable
from orchestration.ingestion.values import typed

LEAST_DAYS = 28
DAILY_ROWS = 20
CONSTANT_SHARE = 0.95


@dataclass(frozen=True)
class DataDays:
    """The number of rows by day of a table's cursor column."""

    rows: Mapping[date, int]

    @property
    def first(self) -> date:
        """The first day with data."""
        return min(self.rows)

    @property
    def last(self) -> date:
        """The last day with data."""
        return max(self.rows)


def data_days(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, files: Sequence[DataFile]
) -> DataDays | None:
    """The days in the table's cursor column; None without a cursor, or without a readable day.

    Faulty lines are passed over: this is a look, not a landing.
    """
    if table.cursor is None:
        return None
    rows: Counter[date] = Counter()
    for file in files:
        with suppress(duckdb.Error):
            rows.update(_file_days(connection, table, table.cursor, file))
    return DataDays(rows) if rows else None


def _file_days(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, cursor: str, file: DataFile
) -> dict[date, int]:
    if file.is_parquet:
        content = parquet_content(connection, file, table)
        position = content.layout.positions.get(cursor)
        rows = parquet_rows(file)
        field = content.fields[position or 0]
        text = f"cast({identifier(field)} as varchar)"
    else:
        with opened(file) as stream:
            header = stream.readline()
        found = layout(file.name, header.removeprefix(BYTE_ORDER_MARK), table)
        position = found.positions.get(cursor)
        rows = plain_rows(file, found, header.endswith(b"\r\n"), only_look=True)
        text = f"c{position}"
    if position is None:
        return {}
    day = f"cast({typed(text, table.column(cursor))} as date)"
    counted = connection.execute(
        f"select {day}, count(*) from {rows} where {day} is not null group by 1"
    )
    return dict(counted.fetchall())


def missing_days(days: DataDays, as_of: date) -> list[date]:
    """Days up to `as_of` without data, on weekdays on which there is data daily.

    A weekday has data daily when its median is 20 rows or more over at least four weeks (fewer may
    be none by chance), or when it has the same number of rows nearly always, as rates have.
    """
    last = min(days.last, as_of)
    span = [days.first + timedelta(n) for n in range((last - days.first).days + 1)]
    if len(span) < LEAST_DAYS:
        return []
    daily = {weekday for weekday in range(7) if _is_daily(days, span, weekday)}
    until = [last + timedelta(n) for n in range(1, min((as_of - last).days, LEAST_DAYS) + 1)]
    return [day for day in [*span, *until] if day.weekday() in daily and day not in days.rows]


def _is_daily(days: DataDays, span: Sequence[date], weekday: int) -> bool:
    counts = [days.rows.get(day, 0) for day in span if day.weekday() == weekday]
    usual = median(counts)
    steady = usual > 0 and counts.count(int(usual)) >= CONSTANT_SHARE * len(counts)
    return usual >= DAILY_ROWS or steady
