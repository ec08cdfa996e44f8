"""SQL expressions of a mapping: one expression each, of allow-listed parts, bound before a run."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.ingestion.problems import Problem
from orchestration.ingestion.quoting import identifier

if TYPE_CHECKING:
    from orchestration.ingestion.files_adapter import TableMapping

PARTS = {
    "BETWEEN",
    "CASE",
    "CAST",
    "COLUMN_REF",
    "COMPARISON",
    "CONJUNCTION",
    "CONSTANT",
    "FUNCTION",
    "OPERATOR",
    "TYPE",
}
_NAMES = """
    + - * / // % || ~~ !~~ ~~* !~~* ^@ abs ceil ceiling floor round trunc sign greatest least mod
    coalesce nullif ifnull if concat concat_ws lower upper trim ltrim rtrim length left right
    substring substr replace translate lpad rpad reverse repeat split_part contains starts_with
    ends_with prefix suffix strpos instr position regexp_matches regexp_replace regexp_extract
    regexp_full_match md5 hash chr ascii date_trunc date_part date_diff datediff date_add dateadd
    date_sub last_day strftime strptime try_strptime make_date make_timestamp epoch epoch_ms
    epoch_us to_timestamp year month day hour minute second quarter week weekday isodow dayofweek
    dayofyear to_days to_hours to_minutes to_months to_seconds to_weeks to_years age isfinite
    list_value list_contains like_escape ilike_escape not_like_escape not_ilike_escape datetrunc
"""
FUNCTIONS = frozenset(_NAMES.split())
LONGEST = 4000


def expression_problems(mapping: TableMapping) -> list[Problem]:
    """What is wrong with a mapping's SQL, found on empty tables in a locked in-memory database."""
    texts = [
        (f"{mapping.key}.columns.{value.column.name}", value.source)
        for value in mapping.values
        if value.kind == "sql"
    ]
    if mapping.where is not None:
        texts.append((f"{mapping.key}.where", mapping.where))
    if not texts:
        return []
    problems: list[Problem] = []
    with duckdb.connect(":memory:", config={"enable_external_access": False}) as connection:
        tables = [mapping.table, *(join.table for join in mapping.joins)]
        for table in tables:
            columns = ", ".join(f"{identifier(c.name)} {c.data_type}" for c in table.columns)
            connection.execute(f"create table {identifier(table.name)} ({columns})")
        connection.execute("set lock_configuration = true")
        relations = ", ".join(identifier(table.name) for table in tables)
        known = {(table.name.lower(), c.name.lower()) for table in tables for c in table.columns}
        known |= {("", column) for _, column in known}
        for where, text in texts:
            message = forbidden_part(connection, text, known)
            if message is None:
                try:
                    connection.execute(f"select ({text}\n) from {relations} limit 0")
                except duckdb.Error as error:
                    message = f"doesn't work: {str(error).splitlines()[0]}"
            if message:
                remedy = "Write one SQL expression over the columns of the tables named."
                problems.append(Problem(where, message, remedy))
    return problems


def forbidden_part(
    connection: duckdb.DuckDBPyConnection, text: str, known: Collection[tuple[str, str]]
) -> str | None:
    """The first thing in an expression that isn't allowed, as a sentence; None when all is.

    `known` are the columns that it may name, as (table or nothing, column) in lower case.
    """
    if not text.strip() or len(text) > LONGEST or "\0" in text:
        return f"is empty, has a NUL byte or is longer than {LONGEST} letters"
    # The line end closes a comment at the end of the text, so that it can't hide the bracket.
    row = connection.execute("select json_serialize_sql(?)", [f"select ({text}\n)"]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        return f"is not SQL: {tree.get('error_message', 'unreadable')}"
    if len(tree["statements"]) != 1:
        return "is more than one statement"
    node = tree["statements"][0]["node"]
    if not _is_plain_select(node):
        return "is more than one expression"
    for part in _parts(node["select_list"][0]):
        name = part["class"]
        if name not in PARTS:
            return f"uses {name.lower().replace('_', ' ')}, which a mapping can't"
        if name == "COLUMN_REF":
            *table, column = [one.lower() for one in part["column_names"]]
            if (".".join(table), column) not in known:
                return f"names {'.'.join([*table, column])}, which is no column of its tables"
        if name == "FUNCTION":
            function = part["function_name"].lower()
            if part.get("schema") or part.get("catalog") or function not in FUNCTIONS:
                return f"calls {function}(), which a mapping can't"
    return None


def _is_plain_select(node: dict[str, Any]) -> bool:
    empty = {
        "modifiers": [],
        "where_clause": None,
        "group_expressions": [],
        "group_sets": [],
        "having": None,
        "sample": None,
        "qualify": None,
    }
    return (
        node.get("type") == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["from_table"]["type"] == "EMPTY"
        and not node["cte_map"]["map"]
        and all(node.get(key) == value for key, value in empty.items())
    )


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "class" in value:
            yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)
