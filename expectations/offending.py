"""The rows behind a failed check, by our own SQL: Great Expectations hands out 20 and no keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from expectations.suites import Expectation, Suite

KEYS_SHOWN = 20
STAKES = "conformed.account_stakes"
"""One row per CRM account with its `arr_at_stake` in reporting currency."""


@dataclass(frozen=True)
class Stake:
    """At most 20 failing keys, and the accounts behind all failing rows with their ARR."""

    keys: tuple[str, ...] = ()
    accounts: int | None = None
    arr: Decimal | None = None


NOTHING = Stake()


def stake_of(
    connection: duckdb.DuckDBPyConnection,
    suite: Suite,
    entry: Expectation,
    kwargs: Mapping[str, Any],
    columns: Mapping[str, Sequence[str]],
) -> Stake:
    """What stands behind one failed check. Raises duckdb.Error for a query that can't run."""
    rows = failing_rows(entry, kwargs, suite.table, suite.key, columns[suite.table])
    if rows is None:
        return NOTHING
    failing = f"({rows.rstrip().rstrip(';')}\n) as failing"
    shown = connection.execute(
        f"select distinct cast(record_id as varchar) from {failing} order by 1 limit {KEYS_SHOWN}"
    ).fetchall()
    keys = tuple(str(row[0]) for row in shown)
    names = {item[0] for item in connection.execute(f"from {failing} limit 0").description}
    if "account_id" not in names or STAKES not in columns:
        return Stake(keys)
    accounts, arr = connection.execute(
        "select count(*), coalesce(sum(stakes.arr_at_stake), 0) "
        f"from (select distinct account_id from {failing}) as failing "
        f"inner join {STAKES} as stakes on failing.account_id = stakes.account_id"
    ).fetchone() or (0, Decimal(0))
    return Stake(keys, accounts, Decimal(arr))


def quoted(identifier: str) -> str:
    """An identifier, safe inside SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """A value as an SQL literal. Dates and times are written as text and cast by the column."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def failing_rows(
    expectation: Expectation,
    kwargs: Mapping[str, Any],
    table: str,
    key: Iterable[str],
    columns: Iterable[str],
) -> str | None:
    """A query of the failing rows: `record_id`, and `account_id` where the table knows it.

    None for an expectation on a whole table, which has no failing rows. `kwargs` are the
    expectation's with all references resolved; `columns` are those that the table really has.
    """
    query = kwargs.get("unexpected_rows_query")
    if query is not None:
        return query.replace("{batch}", table)
    predicate = _failing(expectation.type, kwargs, table, row_filter(expectation.where))
    if predicate is None:
        return None
    shown = [column for column in key if column in columns] or list(expectation.columns)
    texts = [f"coalesce(cast({quoted(column)} as varchar), '')" for column in shown]
    record = " || '|' || ".join(texts)
    account = "account_id" if "account_id" in columns else "cast(null as varchar)"
    return (
        f"select {record} as record_id, {account} as account_id from {table} "
        f"where ({row_filter(expectation.where)}) and ({predicate})"
    )


def row_filter(where: Mapping[str, Any]) -> str:
    """The SQL condition that `where:` stands for; `true` for none."""
    return " and ".join(_condition(column, value) for column, value in where.items()) or "true"


def _condition(column: str, value: Any) -> str:
    if value is None:
        return f"{quoted(column)} is null"
    if isinstance(value, list):
        return f"{quoted(column)} in ({', '.join(map(literal, value))})"
    return f"{quoted(column)} = {literal(value)}"


def _failing(kind: str, kwargs: Mapping[str, Any], table: str, where: str) -> str | None:
    column = quoted(kwargs["column"]) if "column" in kwargs else ""
    match kind:
        case "expect_column_values_to_not_be_null":
            return f"{column} is null"
        case "expect_column_values_to_be_unique":
            return _repeated([column], table, where)
        case "expect_compound_columns_to_be_unique":
            return _repeated([quoted(name) for name in kwargs["column_list"]], table, where)
        case "expect_column_values_to_be_in_set":
            values = ", ".join(map(literal, kwargs["value_set"])) or "null"
            return f"{column} is not null and coalesce({column} not in ({values}), true)"
        case "expect_column_values_to_match_regex":
            pattern = literal(kwargs["regex"])
            return f"{column} is not null and not regexp_matches({column}, {pattern})"
        case "expect_column_values_to_be_between":
            return _outside(column, kwargs)
        case "expect_column_pair_values_a_to_be_greater_than_b":
            operator = "<" if kwargs.get("or_equal") else "<="
            return f"{quoted(kwargs['column_A'])} {operator} {quoted(kwargs['column_B'])}"
    return None


def _repeated(columns: list[str], table: str, where: str) -> str:
    names = ", ".join(columns)
    return (
        f"({names}) in (select ({names}) from {table} where {where} "
        f"group by {names} having count(*) > 1)"
        if len(columns) > 1
        else f"{names} in (select {names} from {table} where {where} "
        f"group by {names} having count(*) > 1)"
    )


def _outside(column: str, kwargs: Mapping[str, Any]) -> str:
    sides = []
    if kwargs.get("min_value") is not None:
        operator = "<=" if kwargs.get("strict_min") else "<"
        sides.append(f"{column} {operator} {literal(kwargs['min_value'])}")
    if kwargs.get("max_value") is not None:
        operator = ">=" if kwargs.get("strict_max") else ">"
        sides.append(f"{column} {operator} {literal(kwargs['max_value'])}")
    return " or ".join(sides) or "false"
