"""One view over the rejected lines of every raw table, so that no reader has to know the tables."""

from __future__ import annotations

import duckdb

from orchestration.ingestion.quoting import literal, relation

SUFFIX = "__rejected"
COLUMNS = "source_file, line_number, column_name, reason, raw_text, _load_id"


def refresh_rejected_lines(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `landing._rejected_lines` anew: system, table, file, line, column, reason, raw text."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = current_database() and starts_with(schema_name, 'raw_') "
        "and ends_with(table_name, ?) order by schema_name, table_name",
        [SUFFIX],
    ).fetchall()
    empty = (
        "select cast(null as varchar) as source_system, cast(null as varchar) as table_name, "
        "cast(null as varchar) as source_file, cast(null as bigint) as line_number, "
        "cast(null as varchar) as column_name, cast(null as varchar) as reason, "
        "cast(null as varchar) as raw_text, cast(null as varchar) as _load_id where false"
    )
    parts = [empty] + [
        f"select {literal(schema.removeprefix('raw_'))}, {literal(table.removesuffix(SUFFIX))}, "
        f"{COLUMNS} from {relation(schema, table)}"
        for schema, table in tables
    ]
    connection.execute(
        "create or replace view landing._rejected_lines as " + " union all ".join(parts)
    )
