"""The file manifest: which content has landed, how its lines add up, what was refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.ingestion.csv_layout import Layout
from orchestration.ingestion.files import DataFile, refuse_if_changed
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.raw_tables import insert_row
from orchestration.ingestion.source_tables import SourceTable

if TYPE_CHECKING:
    from orchestration.ingestion.landing import Load


def landed_files(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> dict[str, str]:
    """Content hashes of the files whose rows are in the raw table, by file name."""
    rows = connection.execute(
        "select source_file, content_hash from landing._file_manifest "
        "where source_system = ? and table_name = ? and status = 'landed'",
        [table.system, table.name],
    ).fetchall()
    return dict(rows)


def note_refusal(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    name: str,
    load: Load,
    error: LandingError,
) -> None:
    """Keep in the manifest that a file was refused, and why."""
    row: dict[str, Any] = {
        "load_id": load.load_id,
        "source_system": table.system,
        "table_name": table.name,
        "source_file": name,
        "status": "refused",
        "message": str(error),
        "loaded_at": load.started_at,
    }
    insert_row(connection, "landing", "_file_manifest", row)


def manifest_row(table: SourceTable, file: DataFile, load: Load, found: Layout) -> dict[str, Any]:
    """A file's row of `landing._file_manifest`, with all counts at zero."""
    zeros = dict.fromkeys(
        ("physical_lines", "header_lines", "blank_lines", "lines_landed", "lines_rejected"), 0
    )
    message = None
    if found.unknown:
        message = f"{file.name} has unknown columns: {', '.join(found.unknown)}"
    if found.missing:
        lack = f"{file.name} lacks columns: {', '.join(found.missing)}"
        message = f"{message}; {lack}" if message else lack
    return {
        "load_id": load.load_id,
        "source_system": table.system,
        "table_name": table.name,
        "source_file": file.name,
        "content_hash": file.content_hash,
        "bytes": file.size,
        **zeros,
        "rows_in": 0,
        "rows_landed": 0,
        "rows_rejected": 0,
        "unknown_columns": ", ".join(found.unknown),
        "missing_columns": ", ".join(found.missing),
        "status": "landed",
        "message": message,
        "loaded_at": load.started_at,
    }


def check_totals(file: DataFile, row: dict[str, Any]) -> None:
    """Raise LandingError unless every line and row of the file is accounted for, exactly once."""
    refuse_if_changed(file)
    lines = ("header_lines", "blank_lines", "lines_landed", "lines_rejected")
    if (
        sum(row[name] for name in lines) != row["physical_lines"]
        or row["rows_in"] != row["rows_landed"] + row["rows_rejected"]
    ):
        totals = {name: row[name] for name in ("physical_lines", *lines)}
        remedy = "Was it written to during the run? Land it again, else report this as a fault."
        raise LandingError(file.name, f"its control totals disagree: {totals}", remedy)
