"""Runs the suites of a layer on a warehouse and adds keys and ARR at stake to what fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from expectations.engine import ROWS, Observation, failure, open_session
from expectations.offending import NOTHING, quoted, stake_of
from expectations.results import CheckResult, SuiteResult
from expectations.suites import Expectation, Suite, load_suites


def validate_suites(
    warehouse: Path, layer: str, suites: Sequence[Suite] | None = None
) -> list[SuiteResult]:
    """Validates every suite of `layer` ("conformed" or "marts"), reading only.

    A check that raises, or that Great Expectations leaves unanswered, comes back as not passed
    with its `error`. Raises SuiteError for faulty suites and FileNotFoundError without a warehouse.
    """
    chosen = load_suites(layer) if suites is None else tuple(suites)
    if not Path(warehouse).is_file():
        raise FileNotFoundError(f"there is no warehouse at {warehouse}; build it before its gate")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        columns = _columns(connection)
        kwargs = {
            (suite.name, entry.name): _resolved(entry, connection)
            for suite in chosen
            for entry in suite.expectations
        }
    observations = _observations(Path(warehouse), chosen, columns, kwargs)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [
            SuiteResult(
                suite=suite.name,
                layer=suite.layer,
                table=suite.table,
                owner=suite.owner,
                checks=tuple(
                    _check(
                        connection,
                        suite,
                        entry,
                        kwargs[suite.name, entry.name],
                        observations[suite.name, entry.name],
                        columns,
                    )
                    for entry in suite.expectations
                ),
            )
            for suite in chosen
        ]


Resolved = Mapping[str, Any] | str
"""An expectation's arguments, or the sentence that says why they could not be made."""
Key = tuple[str, str]
UNIQUE = ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique")
_NO_BATCH = "/* {batch} */"
"""Keeps Great Expectations from printing that a query doesn't say {batch}."""


def _observations(
    warehouse: Path,
    suites: Sequence[Suite],
    columns: Mapping[str, Sequence[str]],
    kwargs: Mapping[Key, Resolved],
) -> dict[Key, Observation]:
    """Every check's observation; checks on one table share one batch, and all that are SQL one.

    A batch costs a tenth of a second, and a query that names its table can be asked of any.
    """
    found: dict[Key, Observation] = {}
    asked: dict[str, dict[Key, dict[str, Any]]] = {}
    any_table = next((suite.table for suite in suites if suite.table in columns), "")
    for suite in suites:
        for entry in suite.expectations:
            key, arguments = (suite.name, entry.name), kwargs[suite.name, entry.name]
            if suite.table not in columns:
                found[key] = failure(f"{suite.table} is not in the warehouse")
            elif isinstance(arguments, str):
                found[key] = failure(arguments)
            else:
                specification = _specification(suite.table, entry, arguments)
                table = any_table if specification["type"] == ROWS else suite.table
                asked.setdefault(table, {})[key] = specification
    if not asked:
        return found
    try:
        with open_session(warehouse) as session:
            for table, entries in asked.items():
                found |= _answers(session, table, entries)
    except Exception as error:
        message = f"Great Expectations did not start: {_first_line(error)}"
        unseen = [key for entries in asked.values() for key in entries if key not in found]
        found |= dict.fromkeys(unseen, failure(message))
    return found


def _answers(session: Any, table: str, entries: Mapping[Key, Any]) -> dict[Key, Observation]:
    names = {"/".join(key): key for key in entries}
    try:
        answers = session.observe(table, {name: entries[key] for name, key in names.items()})
    except Exception as error:
        return {key: failure(_first_line(error)) for key in entries}
    unanswered = failure("Great Expectations returned no result for this check")
    return {key: answers.get(name, unanswered) for name, key in names.items()}


def _specification(table: str, entry: Expectation, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The expectation as Great Expectations takes it."""
    arguments = dict(kwargs)
    if (repeated := _repeated_rows(table, entry)) is not None:
        return {"type": ROWS, "kwargs": {"unexpected_rows_query": repeated}}
    if "unexpected_rows_query" in arguments:
        # Its own {batch} brings an alias with it, or not, by whether the query has a JOIN; the
        # table's name does not. The comment keeps it from printing that {batch} is missing.
        query = arguments["unexpected_rows_query"].replace("{batch}", table).rstrip("; \n")
        arguments["unexpected_rows_query"] = f"{query}\n{_NO_BATCH}"
    if entry.type == "expect_column_pair_values_a_to_be_greater_than_b":
        arguments["ignore_row_if"] = "either_value_is_missing"
    if entry.where:
        conditions = [_condition(column, value) for column, value in entry.where.items()]
        arguments["row_condition"] = (
            conditions[0] if len(conditions) == 1 else {"type": "and", "conditions": conditions}
        )
    return {"type": entry.type, "kwargs": arguments}


def _repeated_rows(table: str, entry: Expectation) -> str | None:
    """One row for each row that shares its key, in one pass; Great Expectations makes two."""
    if entry.type not in UNIQUE or entry.where:
        return None
    names = [quoted(column) for column in entry.columns]
    return (
        "select unnest(range(copies)) from ("
        f"select count(*) as copies from {table} "
        f"where {' or '.join(f'{name} is not null' for name in names)} "
        f"group by {', '.join(names)} having count(*) > 1) as repeated {_NO_BATCH}"
    )


def _condition(column: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {"type": "nullity", "column": {"name": column}, "is_null": True}
    return {
        "type": "comparison",
        "column": {"name": column},
        "operator": "IN" if isinstance(value, list) else "==",
        "parameter": value,
    }


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for schema, table, column in connection.execute(
        "select table_schema, table_name, column_name from information_schema.columns "
        "order by table_schema, table_name, ordinal_position"
    ).fetchall():
        found.setdefault(f"{schema}.{table}", []).append(column)
    return found


def _resolved(entry: Expectation, connection: duckdb.DuckDBPyConnection) -> Resolved:
    """The arguments with the as-of day and reference values filled in."""
    try:
        return {name: _value(value, connection) for name, value in entry.kwargs.items()}
    except (duckdb.Error, LookupError) as error:
        return f"its arguments could not be read from the warehouse: {_first_line(error)}"


def _value(value: Any, connection: duckdb.DuckDBPyConnection) -> Any:
    if isinstance(value, str) and ("{as_of_date}" in value or "{day_after_as_of}" in value):
        row = connection.execute(
            "select as_of_date from landing._loads order by started_at desc limit 1"
        ).fetchone()
        if row is None or row[0] is None:
            raise LookupError("landing._loads names no as-of day")
        return value.replace("{as_of_date}", row[0].isoformat()).replace(
            "{day_after_as_of}", (row[0] + timedelta(days=1)).isoformat()
        )
    if isinstance(value, dict):
        schema, _, table = value["table"].partition(".")
        rows = connection.execute(
            f"select distinct {quoted(value['column'])} from {quoted(schema)}.{quoted(table)} "
            "where 1 = 1 order by 1"
        ).fetchall()
        if not rows:
            raise LookupError(f"{value['table']} is empty")
        return [row[0] for row in rows]
    return value


def _check(
    connection: duckdb.DuckDBPyConnection,
    suite: Suite,
    entry: Expectation,
    kwargs: Resolved,
    seen: Observation,
    columns: Mapping[str, Sequence[str]],
) -> CheckResult:
    stake, error = NOTHING, seen.error
    if not seen.success and error is None and not isinstance(kwargs, str):
        try:
            stake = stake_of(connection, suite, entry, kwargs, columns)
        except duckdb.Error as fault:
            error = f"its failing rows could not be listed: {_first_line(fault)}"
    elements = seen.element_count
    if elements is None and suite.table in columns:
        elements = connection.execute(f"select count(*) from {suite.table}").fetchone()[0]
    share = seen.unexpected_count / elements if seen.unexpected_count and elements else None
    return CheckResult(
        suite=suite.name,
        name=entry.name,
        table=suite.table,
        column=entry.columns[0] if len(entry.columns) == 1 else None,
        rule_id=entry.rule_id,
        severity=entry.severity,
        dimension=entry.dimension,
        success=seen.success and error is None,
        unexpected_count=seen.unexpected_count,
        element_count=elements,
        unexpected_share=0.0 if seen.unexpected_count == 0 else share,
        offending_keys=stake.keys,
        accounts_at_stake=stake.accounts,
        arr_at_stake=stake.arr,
        observed="" if entry.type in UNIQUE else seen.observed,
        description=entry.description,
        remedy=entry.remedy,
        owner=suite.owner,
        error=error,
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
