"""The tables that landing keeps in the warehouse: raw, rejected, superseded, loads, manifest."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.quoting import identifier, relation
from orchestration.ingestion.source_tables import METADATA_COLUMNS, SourceTable

REJECTED_COLUMNS = {
    "source_file": "varchar",
    "line_number": "bigint",
    "column_name": "varchar",
    "reason": "varchar",
    "raw_text": "varchar",
    "_load_id": "varchar",
    "_loaded_at": "timestamp",
    "_source_system": "varchar",
    "line_count": "integer",
}
LOADS_COLUMNS = {
    "load_id": "varchar primary key",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "as_of_date": "date",
    "status": "varchar",
}
MANIFEST_COLUMNS = {
    "load_id": "varchar",
    "source_system": "varchar",
    "table_name": "varchar",
    "source_file": "varchar",
    "content_hash": "varchar",
    "bytes": "bigint",
    "physical_lines": "bigint",
    "header_lines": "bigint",
    "blank_lines": "bigint",
    "lines_landed": "bigint",
    "lines_rejected": "bigint",
    "rows_in": "bigint",
    "rows_landed": "bigint",
    "rows_rejected": "bigint",
    "unknown_columns": "varchar",
    "missing_columns": "varchar",
    "status": "varchar",
    "message": "varchar",
    "loaded_at": "timestamp",
}


def create_landing_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `landing._loads` and `landing._file_manifest` unless they are there."""
    connection.execute("create schema if not exists landing")
    _create(connection, "landing", "_loads", LOADS_COLUMNS)
    _create(connection, "landing", "_file_manifest", MANIFEST_COLUMNS)


def create_raw_tables(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> None:
    """Make the raw, rejected and superseded tables of `table`, or add columns that are new.

    Raises LandingError where a column is there with another type than the one declared.
    """
    connection.execute(f"create schema if not exists {identifier(table.schema)}")
    declared = {column.name: column.data_type for column in table.columns}
    _create(connection, table.schema, table.name, {**declared, **METADATA_COLUMNS})
    _create(connection, table.schema, rejected_name(table.name), REJECTED_COLUMNS)
    add_columns(connection, table, declared)
    present = column_types(connection, table.schema, table.name)
    for name, data_type in declared.items():
        if present[name.lower()] != data_type:
            raise LandingError(
                f"{table.schema}.{table.name}",
                f"is {present[name.lower()]} in the warehouse and declared as {data_type}",
                "Remove the private warehouse file; the next run builds it from the files.",
                name,
            )
    superseded = relation(table.schema, f"{table.name}__superseded")
    raw = relation(table.schema, table.name)
    connection.execute(
        f"create table if not exists {superseded} as select *, "
        f"cast(null as varchar) as _superseded_by_load_id from {raw} limit 0"
    )


def rejected_name(table: str) -> str:
    """The name of the table that keeps the rejected lines of `table`."""
    return f"{table}__rejected"


def add_columns(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, columns: dict[str, str]
) -> None:
    """Add the columns (name to type) that the raw table or its superseded twin lacks."""
    for name in (table.name, f"{table.name}__superseded"):
        present = column_types(connection, table.schema, name)
        for column, data_type in columns.items():
            if present and column.lower() not in present:
                connection.execute(
                    f"alter table {relation(table.schema, name)} "
                    f"add column {identifier(column)} {data_type}"
                )


def column_types(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    """Types of a table's columns by lower-case name, in their order; empty without the table."""
    rows = connection.execute(
        "select lower(column_name), lower(data_type) from duckdb_columns() "
        "where database_name = current_database() and schema_name = ? and table_name = ? "
        "order by column_index",
        [schema, table],
    ).fetchall()
    return dict(rows)


def insert_row(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, row: dict[str, object]
) -> None:
    """Insert one row with bound values."""
    columns = ", ".join(identifier(name) for name in row)
    marks = ", ".join("?" for _ in row)
    connection.execute(
        f"insert into {relation(schema, table)} ({columns}) values ({marks})", list(row.values())
    )


def _create(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: dict[str, str]
) -> None:
    connection.execute(
        f"create table if not exists {relation(schema, table)} ({_declarations(columns.items())})"
    )


def _declarations(columns: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{identifier(name)} {data_type}" for name, data_type in columns)
