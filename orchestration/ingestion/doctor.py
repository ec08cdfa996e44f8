"""What is wrong with a configuration and its files, told before anything runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from orchestration.ingestion.configuration import Sources, SourceSystem, load_sources
from orchestration.ingestion.csv_layout import layout
from orchestration.ingestion.csv_scan import BYTE_ORDER_MARK, LONGEST_LINE
from orchestration.ingestion.data_days import DataDays, data_days, missing_days
from orchestration.ingestion.files import DataFile, inspected, opened, table_files
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.parquet_files import parquet_content
from orchestration.ingestion.problems import ConfigurationError
from orchestration.ingestion.source_tables import SourceTable
from orchestration.settings import Settings

Severity = Literal["error", "warning", "ok"]
LEAST_FREE_BYTES = 500 << 20
FREE_PER_INPUT_BYTE = 6
SHOWN_DAYS = 5


@dataclass(frozen=True)
class Finding:
    """One thing that the doctor saw: an `error` stops a run, a `warning` does not."""

    severity: Severity
    where: str
    message: str
    remedy: str


def diagnose(settings: Settings) -> list[Finding]:
    """Everything that can be told about a configuration without changing anything, worst first."""
    findings = list(_home(settings))
    try:
        sources = load_sources(settings.sources_file, settings.project)
    except ConfigurationError as error:
        findings += [Finding("error", p.key, f"{p.message}.", p.remedy) for p in error.problems]
        return _worst_first(findings)
    found: dict[str, DataDays] = {}
    size = 0
    with duckdb.connect(":memory:") as connection:
        for system in sources.systems.values():
            for table in system.tables.values():
                files, seen = _table(connection, system, table)
                findings += seen
                size += sum(file.size for file in files)
                days = data_days(connection, table, files)
                if days:
                    found[f"{system.name}.{table.name}"] = days
    findings += [*_days(found, settings), *_space(settings.home, size), *_summary(sources, size)]
    return _worst_first(findings)


def _worst_first(findings: list[Finding]) -> list[Finding]:
    order = {"error": 0, "warning": 1, "ok": 2}
    return sorted(findings, key=lambda finding: order[finding.severity])


def _table(
    connection: duckdb.DuckDBPyConnection, system: SourceSystem, table: SourceTable
) -> tuple[list[DataFile], list[Finding]]:
    where = f"{system.name}.{table.name}"
    findings: list[Finding] = []
    files: list[DataFile] = []
    try:
        paths = table_files(system.folder, table.file)
    except LandingError as error:
        return [], [Finding("error", error.where, f"{error.message}.", error.remedy)]
    if not paths:
        message = f"There is no file {table.file} in {system.folder}."
        remedy = "Without it the table is empty; deliver it, or ignore this if you have none."
        findings.append(Finding("warning", where, message, remedy))
    for path in paths:
        name = str(path.relative_to(system.folder.resolve()))
        try:
            file = inspected(path, name)
            findings += _columns(connection, file, table)
            files.append(file)
        except LandingError as error:
            subject = f"{where}, {name}" + (f", column {error.column}" if error.column else "")
            findings.append(Finding("error", subject, f"{error.message}.", error.remedy))
    return files, findings


def _columns(
    connection: duckdb.DuckDBPyConnection, file: DataFile, table: SourceTable
) -> Iterator[Finding]:
    where = f"{table.system}.{table.name}, {file.name}"
    if file.is_parquet:
        found = parquet_content(connection, file, table).layout
    else:
        with opened(file) as stream:
            header = stream.readline(LONGEST_LINE).removeprefix(BYTE_ORDER_MARK)
        found = layout(file.name, header, table)
    if found.unknown:
        message = f"It has columns that nothing reads: {', '.join(found.unknown)}."
        yield Finding("warning", where, message, "They are landed as text.")
    if found.missing:
        message = f"It lacks the columns {', '.join(found.missing)}."
        yield Finding(
            "warning", where, message, "They will be empty; export them if you have them."
        )


def _days(found: dict[str, DataDays], settings: Settings) -> Iterator[Finding]:
    as_of = settings.as_of
    for where, days in found.items():
        missing = missing_days(days, as_of)
        if missing:
            shown = ", ".join(day.isoformat() for day in missing[:SHOWN_DAYS])
            more = f" and {len(missing) - SHOWN_DAYS} more" if len(missing) > SHOWN_DAYS else ""
            count = "a day" if len(missing) == 1 else f"{len(missing)} days"
            message = f"It has rows on nearly every day, but {count} without data: {shown}{more}."
            remedy = "Ask its system for the missing days; usage of these days counts as none."
            yield Finding("warning", where, message, remedy)
    if not found:
        return
    first = min(days.first for days in found.values())
    last = max(days.last for days in found.values())
    if as_of > last:
        message = f"The as-of day {as_of} is later than the last day with data, {last}."
        remedy = f"Deliver newer files, or run with --as-of {last}."
        yield Finding("warning", "as_of_date", message, remedy)
    if as_of < first:
        message = f"The as-of day {as_of} is earlier than the first day with data, {first}."
        remedy = f"Run with a day from {first} to {last}."
        yield Finding("error", "as_of_date", message, remedy)


def _existing_parent(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())


def _home(settings: Settings) -> Iterator[Finding]:
    parent = _existing_parent(settings.home)
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        message = f"{parent} can't be written to."
        yield Finding("error", "home", message, "Mend its rights, or name another with --home.")


def _space(home: Path, input_bytes: int) -> Iterator[Finding]:
    free = shutil.disk_usage(_existing_parent(home)).free
    needed = max(LEAST_FREE_BYTES, FREE_PER_INPUT_BYTE * input_bytes)
    if free < needed:
        message = f"{free >> 20} MB are free and about {needed >> 20} MB are needed."
        yield Finding("error", "home", message, "Free some space, or name another with --home.")


def _summary(sources: Sources, size: int) -> Iterator[Finding]:
    tables = sum(len(system.tables) for system in sources.systems.values())
    message = f"{len(sources.systems)} systems, {tables} tables, {size / 1e6:.1f} MB of files."
    yield Finding("ok", sources.file.name, message, "")
