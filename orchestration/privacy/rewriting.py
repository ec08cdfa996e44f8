"""A DuckDB file is written anew, because an update leaves the old bytes in blocks that are free."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.database import connect
from orchestration.ingestion.quoting import identifier, literal, path_literal

if TYPE_CHECKING:
    import duckdb


def rewrite(file: Path, target: Path, storage_version: str | None = None) -> None:
    """Copy everything that the database `file` holds now into the new file `target`.

    Raises RuntimeError when a table, a view or a row is missing in the copy.
    """
    name = identifier(file.stem)  # views name their database, so the copy keeps its name
    target.unlink(missing_ok=True)
    version = f" (storage_version {literal(storage_version)})" if storage_version else ""
    with connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {path_literal(file)} as {name} (read_only)")
        connection.execute(f"attach {path_literal(target)} as rewritten{version}")
        connection.execute(f"copy from database {name} to rewritten")
        _copy_comments(connection, file.stem)
        _compare(connection, file.stem)
        connection.execute("checkpoint rewritten")


def _copy_comments(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    about_tables = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() "
        "where database_name = ? and comment is not null",
        [database],
    ).fetchall()
    for schema, table, comment in about_tables:
        place = f"rewritten.{identifier(schema)}.{identifier(table)}"
        connection.execute(f"comment on table {place} is {literal(comment)}")
    about_columns = connection.execute(
        "select c.schema_name, c.table_name, c.column_name, c.comment from duckdb_columns() as c "
        "inner join duckdb_tables() as t using (database_name, schema_name, table_name) "
        "where c.database_name = ? and c.comment is not null",
        [database],
    ).fetchall()
    for schema, table, column, comment in about_columns:
        place = f"rewritten.{identifier(schema)}.{identifier(table)}.{identifier(column)}"
        connection.execute(f"comment on column {place} is {literal(comment)}")


def _compare(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    for kind in ("tables", "views"):
        name = kind.removesuffix("s") + "_name"
        lists = [
            connection.execute(
                f"select schema_name, {name} from duckdb_{kind}() "
                "where database_name = ? and not internal order by all",
                [one],
            ).fetchall()
            for one in (database, "rewritten")
        ]
        if lists[0] != lists[1]:
            raise RuntimeError(f"the copy has other {kind} than {database}; nothing was replaced")
        if kind == "tables":
            for schema, table in lists[0]:
                place = f"{identifier(schema)}.{identifier(table)}"
                row = connection.execute(
                    f"select (select count(*) from {identifier(database)}.{place}), "
                    f"(select count(*) from rewritten.{place})"
                ).fetchone()
                if row is None or row[0] != row[1]:
                    raise RuntimeError(f"{schema}.{table}: {row} rows; nothing was replaced")
