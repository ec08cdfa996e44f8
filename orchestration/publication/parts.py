"""A large mart by day, so that a new version knows which days the one before has already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.publication.fingerprints import Day, quoted, row_hash, table_columns

if TYPE_CHECKING:
    import duckdb

PARTS_FILE = "parts.json"
PARTED_ROWS = 20_000
"""From so many rows on a mart is published by day; a smaller one is soon written."""
FILE_ROWS = 50_000
"""A Parquet file holds a week, a month or a year: the shortest with so many rows on average."""
WHOLE = "all"


@dataclass(frozen=True)
class Parts:
    """A mart's rows by the days of one column of its grain."""

    column: str
    days: Mapping[str, Day]

    def total(self) -> Day:
        """Rows and sum of hashes of the whole mart."""
        days = self.days.values()
        return sum(rows for rows, _ in days), str(sum(int(content) for _, content in days))

    def changed_since(self, before: Parts) -> list[str]:
        """Days that are new, gone, or other than before."""
        all_days = sorted({*self.days, *before.days})
        return [day for day in all_days if self.days.get(day) != before.days.get(day)]

    def periods(self) -> dict[str, Parts]:
        """The mart by week (named for its Monday), month or year: what one Parquet file holds."""
        found: dict[str, dict[str, Day]] = {}
        for period_of in (_monday, _month, _year):
            found = {}
            for day, content in self.days.items():
                found.setdefault(period_of(day), {})[day] = content
            if self.total()[0] >= FILE_ROWS * len(found):
                break
        return {period: Parts(self.column, days) for period, days in sorted(found.items())}


def _monday(day: str) -> str:
    try:
        found = date.fromisoformat(day)
    except ValueError:  # before our era, after the year 9999, infinity
        return day
    return (found - timedelta(days=found.weekday())).isoformat()


def _month(day: str) -> str:
    return day[:7]


def _year(day: str) -> str:
    return day[:4]


def parts_by_day(
    connection: duckdb.DuckDBPyConnection, schema: str, day_columns: Mapping[str, str]
) -> dict[str, Parts]:
    """The parts of every large mart that has a day; one without a day in some row has none."""
    columns = table_columns(connection, schema)
    sizes = connection.execute(
        "select table_name, estimated_size from duckdb_tables() "
        "where database_name = current_database() and schema_name = ? order by all",
        [schema],
    ).fetchall()
    found: dict[str, Parts] = {}
    for table, rows in sizes:
        column = day_columns.get(table, "")
        if rows >= PARTED_ROWS and (column, "DATE") in columns[table]:
            place = f"from {quoted(schema)}.{quoted(table)}"
            days = read_days(connection, place, column, row_hash(columns[table]))
            if None not in days:
                found[table] = Parts(column, days)
    return found


def read_days(
    connection: duckdb.DuckDBPyConnection, rows: str, column: str, hashed: str
) -> dict[str, Day]:
    """Rows and sum of the `hashed` expression by day, of a query that begins with `from`."""
    day = quoted(column)
    found = connection.execute(
        f"select {day}::varchar, count(*), sum({hashed})::varchar {rows} group by {day} order by 1"
    ).fetchall()
    return {one: (count, content) for one, count, content in found}


def on_days(column: str, days: Iterable[str]) -> str:
    """The condition that a row is of these days; the range lets DuckDB pass over row groups."""
    dates = ", ".join(f"date '{day}'" for day in days)
    name = quoted(column)
    return f"({name} between least({dates}) and greatest({dates}) and {name} in ({dates}))"


def write_parts(folder: Path, parts: Mapping[str, Parts]) -> None:
    """Keep the parts beside a version's manifest."""
    content = {
        table: {"column": one.column, "days": {day: list(of) for day, of in one.days.items()}}
        for table, one in parts.items()
    }
    (folder / PARTS_FILE).write_text(json.dumps(content, sort_keys=True) + "\n", encoding="utf-8")


def read_parts(folder: Path) -> dict[str, Parts]:
    """The parts of a version; none where the file isn't there or can't be read."""
    try:
        content: Any = json.loads((folder / PARTS_FILE).read_text(encoding="utf-8"))
        return {
            table: Parts(
                one["column"],
                {day: (int(of[0]), str(of[1])) for day, of in one["days"].items()},
            )
            for table, one in content.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return {}
