"""Descriptions of tables and columns go along with the rows; only those that differ are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.publication.fingerprints import quoted

if TYPE_CHECKING:
    import duckdb

Comments = dict[tuple[str, str | None], str]


def copy_comments(connection: duckdb.DuckDBPyConnection, schema: str, target: str) -> None:
    """Make the comments of the tables of `target`, an attached database, those of our own."""
    row = connection.execute("select current_database()").fetchone()
    own = _comments(connection, str(row[0]) if row else "", schema)
    there = _comments(connection, target, schema)
    known = {
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = ? and schema_name = ?",
            [target, schema],
        ).fetchall()
    }
    for table, column in sorted({*own, *there}, key=str):
        text = own.get((table, column))
        if table in known and text != there.get((table, column)):
            place = f"{target}.{schema}.{quoted(table)}"
            what = f"column {place}.{quoted(column)}" if column else f"table {place}"
            value = "null" if text is None else "'" + text.replace("'", "''") + "'"
            connection.execute(f"comment on {what} is {value}")


def _comments(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> Comments:
    found = connection.execute(
        "select table_name, null, comment from duckdb_tables() "
        "where database_name = $1 and schema_name = $2 and comment is not null "
        "union all select table_name, column_name, comment from duckdb_columns() "
        "where database_name = $1 and schema_name = $2 and comment is not null",
        [database, schema],
    ).fetchall()
    return {(table, column): text for table, column, text in found}
