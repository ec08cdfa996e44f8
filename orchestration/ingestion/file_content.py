"""One file's content into its raw table, in one transaction, with its control totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.ingestion.csv_files import exact_rows, plain_rows, raw_lines
from orchestration.ingestion.csv_layout import Layout, layout
from orchestration.ingestion.csv_scan import scanned
from orchestration.ingestion.files import DataFile, refuse_if_changed
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.manifest import check_totals, manifest_row
from orchestration.ingestion.parquet_files import parquet_content, parquet_rows
from orchestration.ingestion.quoting import identifier, literal, relation
from orchestration.ingestion.raw_tables import (
    add_columns,
    insert_row,
    rejected_name,
    transaction,
)
from orchestration.ingestion.row_projection import Projection, projection
from orchestration.ingestion.source_tables import SourceTable

if TYPE_CHECKING:
    from orchestration.ingestion.landing import Load

ROWS, REJECTED = "landing_rows", "landing_rejected"
CHANGED_TYPE_ROWS = 20


def landed_content(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    file: DataFile,
    load: Load,
    replace_old: Callable[[], int],
) -> tuple[dict[str, Any], int]:
    """Land the file; the manifest row written, and the number of rows that it superseded.

    Raises LandingError when the file is refused; then nothing of it, and all of the old, is there.
    """
    if file.is_parquet:
        return _land_parquet(connection, table, file, load, replace_old)
    scan = scanned(file, table.delimiter)
    found = layout(file.name, scan.header, table)
    data_lines = scan.physical_lines - 1
    plain = scan.is_plain and found.width > 1
    if plain and data_lines > 0:
        rows = plain_rows(file, found, scan.has_carriage_returns)
        built = projection(table, file, load, found, [f"c{i}" for i in range(found.width)])
        try:
            with transaction(connection):
                superseded = replace_old()
                add_columns(connection, table, dict.fromkeys(found.unknown, "varchar"))
                landed = _insert(connection, table, built, rows, "strict")
                if landed != data_lines - scan.blank_lines:
                    raise duckdb.InvalidInputException("a row spans lines")
                row = manifest_row(table, file, load, found)
                row |= {
                    "physical_lines": scan.physical_lines,
                    "header_lines": 1,
                    "blank_lines": scan.blank_lines,
                    "lines_landed": landed,
                    "rows_in": landed,
                    "rows_landed": landed,
                }
                refuse_if_changed(file)
                insert_row(connection, "landing", "_file_manifest", row)
            return row, superseded
        except duckdb.Error:
            pass  # something in it is not plain after all: read it line by line
    try:
        return _land_exact(connection, table, file, load, found, scan.physical_lines, replace_old)
    finally:
        for name in (ROWS, REJECTED):
            connection.execute(f"drop table if exists temp.{identifier(name)}")


def _land_exact(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    file: DataFile,
    load: Load,
    found: Layout,
    physical_lines: int,
    replace_old: Callable[[], int],
) -> tuple[dict[str, Any], int]:
    counts = exact_rows(connection, file, found, table, ROWS, REJECTED)
    built = projection(table, file, load, found, [f"c{i}" for i in range(found.width)])
    _refuse_changed_types(connection, file, built, f"temp.{ROWS}")
    rejected_lines = _reject_faulty_values(connection, file, built)
    with transaction(connection):
        superseded = replace_old()
        add_columns(connection, table, dict.fromkeys(found.unknown, "varchar"))
        landed = _insert(connection, table, built, f"temp.{ROWS}", "good")
        rejected = _insert_rejected(connection, table, file, load)
        row = manifest_row(table, file, load, found)
        row |= {
            "physical_lines": physical_lines,
            "header_lines": counts.header_lines,
            "blank_lines": counts.blank_lines,
            "lines_landed": counts.lines_read - rejected_lines,
            "lines_rejected": counts.lines_rejected + rejected_lines,
            "rows_in": counts.rows_read + counts.rows_rejected,
            "rows_landed": landed,
            "rows_rejected": rejected,
        }
        check_totals(file, row)
        if physical_lines == 1:
            row["message"] = f"{file.name} has a header and no rows"
        insert_row(connection, "landing", "_file_manifest", row)
    return row, superseded


def _land_parquet(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    file: DataFile,
    load: Load,
    replace_old: Callable[[], int],
) -> tuple[dict[str, Any], int]:
    content = parquet_content(connection, file, table)
    sources = [identifier(name) for name in content.fields]
    built = projection(table, file, load, content.layout, sources, content.types)
    rows = parquet_rows(file)
    try:
        _refuse_changed_types(connection, file, built, rows)
        with transaction(connection):
            superseded = replace_old()
            unknown = dict.fromkeys(content.layout.unknown, "varchar")
            add_columns(connection, table, unknown)
            landed = _insert(connection, table, built, rows, "good")
            rejected = _insert_rejected_rows(connection, table, file, load, built, rows, sources)
            row = manifest_row(table, file, load, content.layout)
            row |= {
                "physical_lines": content.rows,
                "lines_landed": landed,
                "lines_rejected": rejected,
                "rows_in": content.rows,
                "rows_landed": landed,
                "rows_rejected": rejected,
            }
            check_totals(file, row)
            insert_row(connection, "landing", "_file_manifest", row)
    except duckdb.IOException as error:
        message = f"can't be read to its end ({str(error).splitlines()[0][:200]})"
        raise LandingError(file.name, message, "Export or copy it again.") from error
    return row, superseded


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    built: Projection,
    rows: str,
    mode: str,
) -> int:
    """Insert the rows; `strict` fails on any faulty value, `good` leaves faulty rows out."""
    values = dict(built.columns)
    faulty = " or ".join(built.faults.values())
    where = f" where not ({faulty})" if mode == "good" and faulty else ""
    if mode == "strict" and faulty:
        row_hash = values["_row_hash"]
        values["_row_hash"] = f"case when {faulty} then error('faulty value') else {row_hash} end"
    columns = ", ".join(f"{value} as {identifier(name)}" for name, value in values.items())
    inserted = connection.execute(
        f"insert into {relation(table.schema, table.name)} by name select {columns} "
        f"from {rows}{where}"
    ).fetchone()
    return int(inserted[0]) if inserted else 0


def _refuse_changed_types(
    connection: duckdb.DuckDBPyConnection, file: DataFile, built: Projection, rows: str
) -> None:
    """Stop when most values of a column aren't of its type: then the column is another one."""
    if not built.faults:
        return
    names = list(built.faults)
    parts = [
        f"count({built.texts[name]}), coalesce(count_if({built.faults[name]}), 0)" for name in names
    ]
    found = connection.execute(f"select {', '.join(parts)} from {rows}").fetchone() or ()
    for position, name in enumerate(names):
        values, faulty = found[2 * position], found[2 * position + 1]
        if faulty >= CHANGED_TYPE_ROWS and faulty * 2 > values:
            message = f"{faulty} of its {values} values are not a {built.types[name]}"
            raise LandingError(file.name, message, "Export it in its old form.", name)


def _reject_faulty_values(
    connection: duckdb.DuckDBPyConnection, file: DataFile, built: Projection
) -> int:
    """Add rows of `landing_rows` with faulty values to `landing_rejected`; lines they span."""
    if not built.faults:
        return 0
    faulty = " or ".join(built.faults.values())
    wanted: dict[int, int] = dict(
        connection.execute(f"select _line, _lines from temp.{ROWS} where {faulty}").fetchall()
    )
    if not wanted:
        return 0
    import pyarrow as pa

    texts = raw_lines(file, wanted)
    connection.register(
        "landing_texts",
        pa.table({"line": pa.array(texts, pa.int64()), "text": pa.array(texts.values())}),
    )
    connection.execute(
        f"insert into temp.{REJECTED} select _line, _lines, {built.first_fault}, {built.reason}, "
        f"t.text from temp.{ROWS} join landing_texts t on t.line = _line where {faulty}"
    )
    connection.unregister("landing_texts")
    return sum(wanted.values())


def _insert_rejected(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, file: DataFile, load: Load
) -> int:
    inserted = connection.execute(
        f"insert into {relation(table.schema, rejected_name(table.name))} by name "
        f"select ? as source_file, *, ? as _load_id, ? as _loaded_at, ? as _source_system "
        f"from temp.{REJECTED} order by line_number",
        [file.name, load.load_id, load.started_at, table.system],
    ).fetchone()
    return int(inserted[0]) if inserted else 0


def _insert_rejected_rows(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    file: DataFile,
    load: Load,
    built: Projection,
    rows: str,
    sources: list[str],
) -> int:
    if not built.faults:
        return 0
    packed = ", ".join(f"{literal(one.strip(chr(34)))}: {one}" for one in sources)
    inserted = connection.execute(
        f"insert into {relation(table.schema, rejected_name(table.name))} by name "
        f"select ? as source_file, file_row_number + 1 as line_number, "
        f"{built.first_fault} as column_name, {built.reason} as reason, "
        f"cast(to_json({{{packed}}}) as varchar) as raw_text, ? as _load_id, ? as _loaded_at, "
        f"? as _source_system, 1 as line_count from {rows} "
        f"where {' or '.join(built.faults.values())}",
        [file.name, load.load_id, load.started_at, table.system],
    ).fetchone()
    return int(inserted[0]) if inserted else 0
