"""The `files` adapter's part of the sources file: raw tables of any shape, and their mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.ingestion.checks import check_keys
from orchestration.ingestion.contract import ContractTable
from orchestration.ingestion.declared_tables import (
    checked_date_format,
    declared_table,
    mapping_of,
)
from orchestration.ingestion.expressions import expression_problems
from orchestration.ingestion.problems import Problem, did_you_mean
from orchestration.ingestion.source_tables import Column, SourceTable

FILES_KEYS = {"adapter", "path", "tables", "contract"}
MAPPING_KEYS = {"from", "where", "join", "columns"}
JOIN_KEYS = {"table", "by"}
VALUE_KEYS = {"column", "format", "sql", "constant", "decimal_comma"}


@dataclass(frozen=True)
class ValueMapping:
    """Where one contract column's value comes from: a `column`, an `sql` text or a `constant`."""

    column: Column
    kind: str
    source: str


@dataclass(frozen=True)
class Join:
    """One more raw table to look values up in, by its whole primary key."""

    table: SourceTable
    by: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableMapping:
    """How the rows of one raw table become rows of one contract table."""

    system: str
    contract_table: str
    table: SourceTable
    values: tuple[ValueMapping, ...]
    joins: tuple[Join, ...] = ()
    where: str | None = None
    key: str = ""


def files_system(
    name: str,
    entry: Mapping[str, Any],
    contract: Mapping[str, ContractTable],
    problems: list[Problem],
) -> tuple[dict[str, SourceTable], tuple[TableMapping, ...]]:
    """The raw tables and the mappings of one `files` system; what is wrong goes to `problems`."""
    where = f"systems.{name}"
    check_keys(entry, FILES_KEYS, f"{where}.", problems)
    tables: dict[str, SourceTable] = {}
    before = len(problems)
    for table_name, table in mapping_of(entry.get("tables"), f"{where}.tables", problems).items():
        found = declared_table(
            name, str(table_name), table, f"{where}.tables.{table_name}", problems
        )
        if found:
            tables[found.name] = found
    mappings: list[TableMapping] = []
    if len(problems) > before:
        return tables, ()
    targets = mapping_of(entry.get("contract"), f"{where}.contract", problems)
    for target, entries in targets.items():
        key = f"{where}.contract.{target}"
        if target not in contract:
            remedy = did_you_mean(target, contract)
            problems.append(Problem(key, "no such table in the input contract", remedy))
            continue
        several = entries if isinstance(entries, list) else [entries]
        for position, one in enumerate(several):
            place = f"{key}[{position}]" if len(several) > 1 else key
            found_mapping = _table_mapping(name, one, contract[target], tables, place, problems)
            if found_mapping:
                mappings.append(found_mapping)
    return tables, tuple(mappings)


def _table_mapping(
    system: str,
    entry: Any,
    target: ContractTable,
    tables: Mapping[str, SourceTable],
    where: str,
    problems: list[Problem],
) -> TableMapping | None:
    entry = mapping_of(entry, where, problems)
    before = len(problems)
    check_keys(entry, MAPPING_KEYS, f"{where}.", problems)
    source = tables.get(entry.get("from", ""))
    if source is None:
        message = f"no raw table {entry.get('from')!r}"
        remedy = did_you_mean(entry.get("from"), tables)
        problems.append(Problem(f"{where}.from", message, remedy))
        return None
    joins = tuple(
        join
        for one in _as_list(entry.get("join"))
        if (join := _join(one, source, tables, f"{where}.join", problems))
    )
    values = _values(entry, source, joins, target, f"{where}.columns", problems)
    condition = entry.get("where")
    mapping = TableMapping(
        system=system,
        contract_table=target.name,
        table=source,
        values=values,
        joins=joins,
        where=None if condition is None else str(condition),
        key=where,
    )
    problems.extend(expression_problems(mapping))
    return mapping if len(problems) == before else None


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _join(
    entry: Any,
    source: SourceTable,
    tables: Mapping[str, SourceTable],
    where: str,
    problems: list[Problem],
) -> Join | None:
    entry = mapping_of(entry, where, problems)
    check_keys(entry, JOIN_KEYS, f"{where}.", problems)
    table = tables.get(entry.get("table", ""))
    if table is None or table == source:
        remedy = did_you_mean(entry.get("table"), set(tables) - {source.name})
        problems.append(Problem(f"{where}.table", "no other raw table of that name", remedy))
        return None
    by = entry.get("by")
    pairs = by if isinstance(by, dict) else {key: key for key in _as_list(by)}
    own = {column.name for column in source.columns}
    for left in pairs:
        if left not in own:
            remedy = did_you_mean(left, own)
            problems.append(Problem(f"{where}.by", f"{source.name} has no column {left!r}", remedy))
    if not table.primary_key or set(pairs.values()) != set(table.primary_key):
        message = f"doesn't name the whole primary key of {table.name}"
        remedy = "A look-up by part of a key could double rows: declare and use the primary_key."
        problems.append(Problem(f"{where}.by", message, remedy))
    return Join(table, tuple((str(left), str(right)) for left, right in pairs.items()))


def _values(
    entry: Mapping[str, Any],
    source: SourceTable,
    joins: tuple[Join, ...],
    target: ContractTable,
    where: str,
    problems: list[Problem],
) -> tuple[ValueMapping, ...]:
    columns = {column.name: column for column in target.columns}
    sources = {column.name for column in source.columns}
    for join in joins:
        sources |= {f"{join.table.name}.{column.name}" for column in join.table.columns}
    values: list[ValueMapping] = []
    given = mapping_of(entry.get("columns"), where, problems)
    for name, value in given.items():
        if name not in columns:
            remedy = did_you_mean(name, columns)
            problems.append(Problem(f"{where}.{name}", f"{target.name} has no such column", remedy))
        elif found := _value(columns[name], value, sources, f"{where}.{name}", problems):
            values.append(found)
    for name in target.required_columns:
        if name not in given:
            remedy = "Map it to a column, an sql expression or a constant."
            problems.append(Problem(f"{where}.{name}", "is required and not mapped", remedy))
    return tuple(values)


def _value(
    column: Column, value: Any, sources: set[str], where: str, problems: list[Problem]
) -> ValueMapping | None:
    details = value if isinstance(value, dict) else {"column": value}
    check_keys(details, VALUE_KEYS, f"{where}.", problems)
    kinds = [kind for kind in ("column", "sql", "constant") if kind in details]
    if len(kinds) != 1:
        remedy = "Write a column's name, {sql: expression} or {constant: value}."
        problems.append(Problem(where, "needs one of column, sql and constant", remedy))
        return None
    kind, content = kinds[0], details[kinds[0]]
    if kind == "column" and content not in sources:
        message = f"there is no raw column {content!r}"
        problems.append(Problem(where, message, did_you_mean(content, sources)))
        return None
    if isinstance(content, bool):
        content = str(content).lower()
    date_format = checked_date_format(
        details.get("format"), column.data_type, f"{where}.format", problems
    )
    as_written = Column(
        column.name,
        column.data_type,
        column.required,
        date_format,
        bool(details.get("decimal_comma", False)),
    )
    return ValueMapping(as_written, kind, str(content))
