"""The tables that landing keeps in the warehouse: raw, rejected, superseded, loads, manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

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


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block, or nothing of it."""
    connection.execute("begin transaction")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):
            connection.execute("rollback")
        raise


def create_landing_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `landing._loads` and `landing._file_manifest` unless they are there."""
    connection.execute("create schema if not exists landing")
    _create(connection, "landing", "_loads", LOADS_COLUMNS)
    _create(connection, "landing", "_file_manifest", MANIFEST_COLUMNS)


def create_raw_tables(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> bool:
    """Make the raw, rejected and superseded tables of `table`, or add columns that are new.

    True when the raw table was not there before. Raises LandingError where a column is there with
    another type than the one declared.
    """
    declared = {column.name: column.data_type for column in table.columns}
    present = column_types(connection, table.schema, table.name)
    if not present:
        every = {**declared, **METADATA_COLUMNS}
        with transaction(connection):
            connection.execute(f"create schema if not exists {identifier(table.schema)}")
            _create(connection, table.schema, table.name, every)
            _create(connection, table.schema, rejected_name(table.name), REJECTED_COLUMNS)
            every["_superseded_by_load_id"] = "varchar"
            _create(connection, table.schema, f"{table.name}__superseded", every)
        return True
    for name, data_type in declared.items():
        if present.get(name.lower(), data_type) != data_type:
            raise LandingError(
                f"{table.schema}.{table.name}",
                f"is {present[name.lower()]} in the warehouse and declared as {data_type}",
                "Remove the private warehouse file; the next run builds it from the files.",
                name,
            )
    new = {name: kind for name, kind in declared.items() if name.lower() not in present}
    add_columns(connection, table, new)
    return False


def rejected_name(table: str) -> str:
    """The name of the table that keeps the rejected lines of `table`."""
    return f"{table}__rejected"


def add_columns(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, columns: dict[str, str]
) -> None:
    """Add the columns (name to type) that the raw table or its superseded twin lacks."""
    for name in (table.name, f"{table.name}__superseded") if columns else ():
        present = column_types(connection, table.schema, name)
        for column, data_type in columns.items():
            if present and column.lower() not in present:
                connection.execute(
                    f"alter table {relation(table.schema, name)} "
                    f"add column {identifier(column)} {data_type}"
                )


def column_types(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> dict[str, str]:
    """Types of a table's columns by lower-case name, in their order; empty without the table."""
    try:
        found = connection.execute(f"select * from {relation(schema, table)} limit 0")
    except duckdb.CatalogException:
        return {}
    return {name.lower(): str(kind).lower() for name, kind, *_ in found.description or ()}


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
