"""Connections to DuckDB files for statements that may take long."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

MEMORY = Path(":memory:")


def connect(file: Path = MEMORY, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection that draws no progress bar.

    DuckDB takes a process whose main module has no file (`python -c`, some workers) for a notebook
    and draws bars onto its output after two seconds, which is a run's log file here.
    """
    import duckdb

    connection = duckdb.connect(str(file), read_only=read_only)
    connection.execute("set enable_progress_bar = false")
    return connection
