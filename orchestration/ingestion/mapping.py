"""The files adapter's second half: raw tables of any shape into tables of the input contract."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.ingestion.configuration import Sources
from orchestration.ingestion.contract import ContractTable, contract_tables
from orchestration.ingestion.files_adapter import TableMapping, ValueMapping
from orchestration.ingestion.quoting import identifier, literal, relation
from orchestration.ingestion.raw_tables import REJECTED_COLUMNS, rejected_name, transaction
from orchestration.ingestion.rejected_lines import refresh_rejected_lines
from orchestration.ingestion.source_tables import METADATA_COLUMNS, Column
from orchestration.ingestion.values import fault_reason, is_faulty, typed
from orchestration.settings import PROJECT

if TYPE_CHECKING:
    from orchestration.ingestion.landing import Load, TableLoad

SCHEMA = "raw_mapped"
MAPPED = "mapped_rows"


def map_contract_table(
    connection: duckdb.DuckDBPyConnection,
    sources: Sources,
    contract_table: str,
    load: Load,
    project: Path = PROJECT,
) -> TableLoad:
    """Build `raw_mapped.<contract_table>` anew from all systems mapped onto it.

    Rows with a value that isn't of the contract's type go to `raw_mapped.<table>__rejected`; every
    other row of the raw tables that the mapping's `where` takes is there, exactly once. One
    transaction. Raises KeyError for a table that isn't mapped.
    """
    from orchestration.ingestion.landing import TableLoad

    target = contract_tables(project)[contract_table]
    mappings = [one for one in sources.mappings if one.contract_table == contract_table]
    if not mappings:
        raise KeyError(contract_table)
    columns = {c.name: c.data_type for c in target.columns} | METADATA_COLUMNS
    table, rejected = relation(SCHEMA, target.name), relation(SCHEMA, rejected_name(target.name))
    landed = faulty = read = 0
    try:
        with transaction(connection):
            connection.execute(f"create schema if not exists {SCHEMA}")
            connection.execute(f"create or replace table {table} ({_declared(columns)})")
            connection.execute(
                f"create or replace table {rejected} ({_declared(REJECTED_COLUMNS)})"
            )
            for mapping in mappings:
                rows_in = _read(connection, mapping)
                good, bad = _typed_rows(connection, mapping, target, load)
                if rows_in != good + bad:
                    raise AssertionError(f"{mapping.key}: {rows_in} rows became {good} and {bad}")
                read, landed, faulty = read + rows_in, landed + good, faulty + bad
    finally:
        connection.execute(f"drop table if exists temp.{MAPPED}")
    refresh_rejected_lines(connection)
    names = tuple(f"{mapping.system}.{mapping.table.name}" for mapping in mappings)
    return TableLoad("mapped", target.name, read, landed, faulty, files=names)


def _declared(columns: dict[str, str]) -> str:
    return ", ".join(f"{identifier(name)} {data_type}" for name, data_type in columns.items())


def _read(connection: duckdb.DuckDBPyConnection, mapping: TableMapping) -> int:
    """Fill temp table `mapped_rows` with the mapped but not yet typed values; its row count."""
    main = identifier(mapping.table.name)
    selected = [
        f"{_source(value, mapping)} as {identifier(value.column.name)}" for value in mapping.values
    ]
    selected += [f"{main}.{identifier(name)} as {identifier(name)}" for name in METADATA_COLUMNS]
    original = ", ".join(
        f"{literal(column.name)}: {main}.{identifier(column.name)}"
        for column in mapping.table.columns
    )
    selected.append(f"cast(to_json({{{original}}}) as varchar) as _raw_text")
    joined = "".join(_joined(mapping, position) for position in range(len(mapping.joins)))
    where = f" where ({mapping.where}\n)" if mapping.where is not None else ""
    raw = relation(mapping.table.schema, mapping.table.name)
    connection.execute(
        f"create or replace temp table {MAPPED} as select {', '.join(selected)} "
        f"from {raw} as {main}{joined}{where}"
    )
    counted = connection.execute(f"select count(*) from temp.{MAPPED}").fetchone()
    return int(counted[0]) if counted else 0


def _source(value: ValueMapping, mapping: TableMapping) -> str:
    if value.kind == "sql":
        return f"({value.source}\n)"
    if value.kind == "constant":
        return literal(value.source)
    table, column = mapping.table.name, value.source
    if column not in {one.name for one in mapping.table.columns}:
        table, _, column = column.partition(".")
    return f"{identifier(table)}.{identifier(column)}"


def _joined(mapping: TableMapping, position: int) -> str:
    """A left join to one row per key: a look-up never doubles a row and never drops one."""
    join = mapping.joins[position]
    keys = ", ".join(identifier(right) for _, right in join.by)
    columns = ", ".join(identifier(column.name) for column in join.table.columns)
    condition = " and ".join(
        f"{identifier(mapping.table.name)}.{identifier(left)} = "
        f"{identifier(join.table.name)}.{identifier(right)}"
        for left, right in join.by
    )
    return (
        f" left join (select {columns} from {relation(join.table.schema, join.table.name)} "
        f"qualify row_number() over (partition by {keys} order by _row_hash) = 1) "
        f"as {identifier(join.table.name)} on {condition}"
    )


def _typed_rows(
    connection: duckdb.DuckDBPyConnection,
    mapping: TableMapping,
    target: ContractTable,
    load: Load,
) -> tuple[int, int]:
    types = dict(
        connection.execute(
            "select column_name, lower(data_type) from duckdb_columns() "
            "where database_name = 'temp' and table_name = ?",
            [MAPPED],
        ).fetchall()
    )
    columns: list[str] = []
    faults: list[tuple[Column, str, str]] = []
    for value in mapping.values:
        column, source = value.column, identifier(value.column.name)
        if types[column.name] == column.data_type:
            columns.append(source)
            continue
        text = source if types[column.name] == "varchar" else f"cast({source} as varchar)"
        columns.append(f"{typed(text, column)} as {source}")
        if fault := is_faulty(text, column):
            faults.append((column, text, fault))
    columns += [identifier(name) for name in METADATA_COLUMNS]
    faulty = " or ".join(fault for _, _, fault in faults) or "false"
    good = connection.execute(
        f"insert into {relation(SCHEMA, target.name)} by name "
        f"select {', '.join(columns)} from temp.{MAPPED} where not ({faulty})"
    ).fetchone()
    bad = _reject(connection, target, faults, faulty, load) if faults else 0
    return (int(good[0]) if good else 0), bad


def _reject(
    connection: duckdb.DuckDBPyConnection,
    target: ContractTable,
    faults: Sequence[tuple[Column, str, str]],
    faulty: str,
    load: Load,
) -> int:
    first = " ".join(f"when {fault} then {literal(column.name)}" for column, _, fault in faults)
    reasons = ", ".join(
        f"case when {fault} then {fault_reason(text, column)} end" for column, text, fault in faults
    )
    inserted = connection.execute(
        f"insert into {relation(SCHEMA, rejected_name(target.name))} by name "
        f"select _source_file as source_file, case {first} end as column_name, "
        f"concat_ws('; ', {reasons}) as reason, _raw_text as raw_text, ? as _load_id, "
        f"? as _loaded_at, _source_system from temp.{MAPPED} where {faulty}",
        [load.load_id, load.started_at],
    ).fetchone()
    return int(inserted[0]) if inserted else 0
