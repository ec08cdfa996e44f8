"""Landing: files into raw tables, one transaction per file, nothing lost and nothing twice."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.ingestion.configuration import Sources
from orchestration.ingestion.file_content import landed_content
from orchestration.ingestion.files import DataFile, inspected, logical_name, table_files
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.manifest import landed_files, note_refusal
from orchestration.ingestion.quoting import identifier, relation
from orchestration.ingestion.raw_tables import (
    create_landing_tables,
    create_raw_tables,
    insert_row,
    rejected_name,
)
from orchestration.ingestion.rejected_lines import refresh_rejected_lines
from orchestration.ingestion.source_tables import SourceTable

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Load:
    """One run of landing; `started_at` is UTC without zone."""

    load_id: str
    started_at: datetime
    as_of_date: date


@dataclass(frozen=True)
class TableLoad:
    """What one load did to one table: rows of the files that landed now, and names of files."""

    system: str
    table: str
    rows_in: int = 0
    rows_landed: int = 0
    rows_rejected: int = 0
    files: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    superseded_rows: int = 0
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def start_load(connection: duckdb.DuckDBPyConnection, as_of: date) -> Load:
    """Begin a load: its row in `landing._loads` has the status `started`."""
    create_landing_tables(connection)
    refresh_rejected_lines(connection)
    now = datetime.now(UTC).replace(tzinfo=None)
    load = Load(f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}", now, as_of)
    row = {"load_id": load.load_id, "started_at": now, "as_of_date": as_of, "status": "started"}
    insert_row(connection, "landing", "_loads", row)
    return load


def finish_load(connection: duckdb.DuckDBPyConnection, load: Load, status: str) -> None:
    """End a load with a status such as `landed` or `failed`."""
    connection.execute(
        "update landing._loads set status = ?, finished_at = ? where load_id = ?",
        [status, datetime.now(UTC).replace(tzinfo=None), load.load_id],
    )


def land_table(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    files: Sequence[Path],
    load: Load,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> TableLoad:
    """Land the files of one table; what has landed before with the same content is left alone.

    Every file is one transaction: its rows, rejected lines, manifest row, and the move of the rows
    it replaces. Raises LandingError when files were refused, after all others have landed.
    """
    create_landing_tables(connection)
    if create_raw_tables(connection, table):
        refresh_rejected_lines(connection)
    result, refused = TableLoad(table.system, table.name), []
    names = {path: str(path.relative_to(folder)) if folder else path.name for path in files}
    for path, name in names.items():
        try:
            file = inspected(path, name)
            result = _land_file(connection, table, file, set(names.values()), load, result)
        except LandingError as error:
            refused.append(error)
            note_refusal(connection, table, name, load, error)
        if progress:
            progress(f"{table.system}.{table.name}: {name}")
    if len(refused) == 1:
        raise refused[0]
    if refused:
        message = "; ".join(str(error) for error in refused)
        raise LandingError(f"{table.system}.{table.name}", message, "Mend each file.")
    return result


def land_system(
    connection: duckdb.DuckDBPyConnection,
    sources: Sources,
    system: str,
    load: Load,
    tables: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> list[TableLoad]:
    """Land a system's tables (all, or those named). A table without files is made empty."""
    found = sources.systems[system]
    loads: list[TableLoad] = []
    refused: list[LandingError] = []
    for name, table in found.tables.items():
        if tables is not None and name not in tables:
            continue
        try:
            files = table_files(found.folder, table.file)
            one = land_table(connection, table, files, load, found.folder.resolve(), progress)
            if not files:
                one = _with_warning(one, f"no file {table.file} in {found.folder.name}")
            loads.append(one)
        except LandingError as error:
            refused.append(error)
    if refused:
        raise refused[0] if len(refused) == 1 else _together(system, refused)
    return loads


def land_everything(
    connection: duckdb.DuckDBPyConnection,
    sources: Sources,
    load: Load,
    progress: Progress | None = None,
) -> list[TableLoad]:
    """Land all systems, then fill the contract tables that are mapped."""
    from orchestration.ingestion.mapping import map_contract_table

    loads: list[TableLoad] = []
    refused: list[LandingError] = []
    for system in sources.systems:
        try:
            loads += land_system(connection, sources, system, load, progress=progress)
        except LandingError as error:
            refused.append(error)
    if refused:
        raise refused[0] if len(refused) == 1 else _together("landing", refused)
    for table in sources.mapped_tables:
        loads.append(map_contract_table(connection, sources, table, load))
    return loads


def _together(where: str, refused: Sequence[LandingError]) -> LandingError:
    return LandingError(where, "; ".join(str(error) for error in refused), "Mend each of them.")


def _with_warning(load: TableLoad, warning: str) -> TableLoad:
    return TableLoad(**{**vars(load), "warnings": (*load.warnings, warning)})


def _land_file(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    file: DataFile,
    present: set[str],
    load: Load,
    result: TableLoad,
) -> TableLoad:
    landed = landed_files(connection, table)
    if landed.get(file.name) == file.content_hash:
        return _unchanged(result, file.name)
    twin = next((name for name, content in landed.items() if content == file.content_hash), None)
    if twin and twin in present and file.name not in landed:
        return _unchanged(result, file.name, f"{file.name} has the same content as {twin}")
    replaced = [
        name
        for name in landed
        if name == file.name
        or (name not in present and logical_name(name) == logical_name(file.name))
        or (name not in present and landed[name] == file.content_hash)
    ]

    def replace_old() -> int:
        return sum(_supersede(connection, table, name, load) for name in replaced)

    row, superseded = landed_content(connection, table, file, load, replace_old)
    warnings = [row["message"]] if row["message"] else []
    return TableLoad(
        system=table.system,
        table=table.name,
        rows_in=result.rows_in + row["rows_in"],
        rows_landed=result.rows_landed + row["rows_landed"],
        rows_rejected=result.rows_rejected + row["rows_rejected"],
        files=(*result.files, file.name),
        unchanged=result.unchanged,
        superseded_rows=result.superseded_rows + superseded,
        unknown_columns=_merged(result.unknown_columns, row["unknown_columns"]),
        missing_columns=_merged(result.missing_columns, row["missing_columns"]),
        warnings=(*result.warnings, *warnings),
    )


def _unchanged(result: TableLoad, name: str, warning: str | None = None) -> TableLoad:
    changed = TableLoad(**{**vars(result), "unchanged": (*result.unchanged, name)})
    return _with_warning(changed, warning) if warning else changed


def _merged(names: tuple[str, ...], more: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*names, *filter(None, more.split(", "))]))


def _supersede(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, name: str, load: Load
) -> int:
    """Move a file's rows aside and forget its rejected lines; inside the caller's transaction."""
    raw = relation(table.schema, table.name)
    old = relation(table.schema, f"{table.name}__superseded")
    connection.execute(
        f"insert into {old} by name select *, ? as _superseded_by_load_id from {raw} "
        f"where {identifier('_source_file')} = ?",
        [load.load_id, name],
    )
    moved = connection.execute(f"delete from {raw} where _source_file = ?", [name]).fetchone()
    rejected = relation(table.schema, rejected_name(table.name))
    connection.execute(f"delete from {rejected} where source_file = ?", [name])
    connection.execute(
        "update landing._file_manifest set status = 'superseded' where source_system = ? "
        "and table_name = ? and source_file = ? and status = 'landed'",
        [table.system, table.name, name],
    )
    return int(moved[0]) if moved else 0
