"""The marts' answers and the second implementation's, as rows that can be compared exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import duckdb
import pandas as pd

from tests.independent.amounts import missing
from tests.independent.cohorts import COLUMNS as COHORT_COLUMNS
from tests.independent.cohorts import cohorts
from tests.independent.ledger import Ledger
from tests.independent.movements import (
    ACCOUNT_COLUMNS,
    PRODUCT_COLUMNS,
    movements,
    product_movements,
)
from tests.independent.parents import PARENT_COLUMNS, parent_movements
from tests.independent.retention import retention

Rows = dict[tuple, dict[str, Any]]
RETENTION_KEY = ("month_start_date", "slice_type", "slice_value")
KEYS: dict[str, tuple[str, ...]] = {
    "fct_arr_movements_monthly": ("account_id", "month_start_date"),
    "fct_arr_product_movements_monthly": ("account_id", "product_id", "month_start_date"),
    "fct_arr_parent_movements_monthly": ("ultimate_parent_account_id", "month_start_date"),
    "rpt_retention_monthly": RETENTION_KEY,
    "rpt_retention_cohorts": ("start_cohort", "months_since_start"),
}
MARTS = tuple(KEYS)


def independent_answers(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Mart to the rows that the second implementation gives for it."""
    return {
        "fct_arr_movements_monthly": movements(ledger)[ACCOUNT_COLUMNS],
        "fct_arr_product_movements_monthly": product_movements(ledger)[PRODUCT_COLUMNS],
        "fct_arr_parent_movements_monthly": parent_movements(ledger)[PARENT_COLUMNS],
        "rpt_retention_monthly": retention(ledger),
        "rpt_retention_cohorts": cohorts(ledger)[COHORT_COLUMNS],
    }


def keyed(records: Iterable[Mapping[str, Any]], key: Sequence[str]) -> Rows:
    """Rows by key; a repeated key is an error."""
    found: Rows = {}
    for record in records:
        identity = tuple(record[column] for column in key)
        assert identity not in found, f"two rows of {identity}"
        found[identity] = dict(record)
    return found


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """A query's rows as dictionaries, decimals as Decimal."""
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def mart(connection: duckdb.DuckDBPyConnection, name: str) -> Rows:
    """A mart's rows by its key."""
    return keyed(rows_of(connection, f"select * from marts.{name}"), KEYS[name])


def same(ours: Any, theirs: Any) -> bool:
    """Equal: money and words exactly, a ratio within the last digits of a double."""
    if missing(ours) or missing(theirs):
        return missing(ours) and missing(theirs)
    if isinstance(ours, float) or isinstance(theirs, float):
        return abs(float(ours) - float(theirs)) <= 1e-9 * max(1.0, abs(float(theirs)))
    return ours == theirs


def differences(ours: Rows, theirs: Rows) -> list[str]:
    """What differs between two sets of rows, in the columns that `theirs` has."""
    found = [f"only in SQL: {key}" for key in sorted(ours.keys() - theirs.keys(), key=str)]
    found += [f"missing in SQL: {key}" for key in sorted(theirs.keys() - ours.keys(), key=str)]
    for key in sorted(ours.keys() & theirs.keys(), key=str):
        for column, expected in theirs[key].items():
            if not same(ours[key][column], expected):
                found.append(f"{key} {column}: SQL {ours[key][column]}, expected {expected}")
    return found


def disagreements(connection: duckdb.DuckDBPyConnection, ledger: Ledger, name: str) -> list[str]:
    """Where a mart and the second implementation differ."""
    expected = _answers(ledger)[name].to_dict("records")
    return differences(mart(connection, name), keyed(expected, KEYS[name]))


def total(rows: Iterable[Mapping[str, Any]], column: str) -> Decimal:
    """Sum of a money column."""
    return sum((row[column] for row in rows), Decimal(0))


@lru_cache(maxsize=8)
def _answers(ledger: Ledger) -> dict[str, pd.DataFrame]:
    return independent_answers(ledger)
