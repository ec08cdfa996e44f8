"""A warehouse file, a load and a small raw table that the landing tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.ingestion.landing import Load, TableLoad, land_table, start_load
from orchestration.ingestion.source_tables import Column, SourceTable

TICKETS = SourceTable(
    system="desk",
    name="tickets",
    columns=(
        Column("ticket_id", "varchar", required=True),
        Column("account_id", "varchar", required=True),
        Column("priority", "integer"),
        Column("amount", "decimal(18,2)"),
        Column("is_open", "boolean"),
        Column("created_on", "date", required=True),
        Column("updated_at", "timestamp"),
        Column("subject", "varchar"),
        Column("body", "varchar"),
    ),
    primary_key=("ticket_id",),
    cursor="updated_at",
    file="tickets*.*",
)
HEADER = ",".join(column.name for column in TICKETS.columns)


def row(number: int, subject: str = "hello", body: str = "") -> str:
    """A good line of tickets.csv, without its line end."""
    first = f"T-{number},A-{number % 9},{number % 5},{number}.50,true,2026-01-01"
    return f"{first},2026-01-02 03:04:05,{subject},{body}"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as opened:
        yield opened


@pytest.fixture
def load(connection: duckdb.DuckDBPyConnection) -> Load:
    return start_load(connection, date(2026, 6, 30))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk"


Land = Callable[..., TableLoad]


@pytest.fixture
def land(connection: duckdb.DuckDBPyConnection, load: Load, folder: Path) -> Land:
    """Write the lines (bytes as they are, text with line ends) as a file, and land it."""

    def land_lines(
        lines: Sequence[str] | bytes, name: str = "tickets.csv", table: SourceTable = TICKETS
    ) -> TableLoad:
        content = lines if isinstance(lines, bytes) else ("\n".join(lines) + "\n").encode()
        (folder / name).write_bytes(content)
        return land_table(connection, table, [folder / name], load, folder)

    return land_lines
