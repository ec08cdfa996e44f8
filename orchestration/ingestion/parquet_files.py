"""Parquet files as typed rows: columns by name, physical types cast to the declared ones."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from orchestration.ingestion.csv_layout import Layout, matched
from orchestration.ingestion.files import DataFile
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.quoting import path_literal
from orchestration.ingestion.source_tables import SourceTable


@dataclass(frozen=True)
class ParquetContent:
    """A Parquet file's columns: `fields` are its own names, `types` their DuckDB types."""

    fields: tuple[str, ...]
    types: tuple[str, ...]
    rows: int
    layout: Layout


def parquet_content(
    connection: duckdb.DuckDBPyConnection, file: DataFile, table: SourceTable
) -> ParquetContent:
    """What the file's footer says; raises LandingError where that can't be read or doesn't fit."""
    source = f"read_parquet({path_literal(file.path)}, hive_partitioning = false)"
    try:
        described = connection.execute(f"describe select * from {source}").fetchall()
        counted = connection.execute(f"select count(*) from {source}").fetchone()
    except duckdb.Error as error:
        message = f"is truncated or not Parquet ({str(error).splitlines()[0][:200]})"
        raise LandingError(file.name, message, "Export or copy it again.") from error
    fields = tuple(row[0] for row in described)
    types = tuple(row[1].lower() for row in described)
    found = matched(file.name, fields, table)
    return ParquetContent(fields, types, counted[0] if counted else 0, found)


def parquet_rows(file: DataFile) -> str:
    """A FROM clause over the file, with `file_row_number` (from 0) as its last column."""
    path = path_literal(file.path)
    return f"read_parquet({path}, hive_partitioning = false, file_row_number = true)"
