"""sources.yml, the one file in which a company says where its data is."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from orchestration.ingestion.checks import check_keys, checked_delimiter, checked_pattern
from orchestration.ingestion.contract import contract_tables
from orchestration.ingestion.files_adapter import TableMapping, files_system
from orchestration.ingestion.problems import ConfigurationError, Problem, did_you_mean
from orchestration.ingestion.source_tables import SourceTable, source_systems
from orchestration.settings import PROJECT

TOP_KEYS = {"version", "as_of_date", "reporting_currency", "systems"}
BUILT_IN_KEYS = {"adapter", "path", "delimiter", "files"}
SYSTEM_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
RESERVED = {"mapped"}


@dataclass(frozen=True)
class SourceSystem:
    """One enabled system: the folder that its files are in, and its raw tables by name."""

    name: str
    adapter: str
    folder: Path
    tables: Mapping[str, SourceTable]


@dataclass(frozen=True)
class Sources:
    """The checked content of a sources file; `systems` keeps the order of the file."""

    file: Path
    as_of_date: date | None
    reporting_currency: str
    systems: Mapping[str, SourceSystem]
    mappings: tuple[TableMapping, ...] = field(default=())

    @property
    def built_in_systems(self) -> tuple[str, ...]:
        """The dbt var `systems`: built-in systems that are enabled."""
        return tuple(name for name, one in self.systems.items() if one.adapter == "built_in")

    @property
    def mapped_tables(self) -> tuple[str, ...]:
        """The dbt var `mapped_tables`: contract tables that the files adapter fills, sorted."""
        return tuple(sorted({mapping.contract_table for mapping in self.mappings}))


def load_sources(path: str | Path, project: Path = PROJECT) -> Sources:
    """The sources file, checked as far as that is possible without opening a data file.

    Raises ConfigurationError, which lists every problem with file, key and remedy.
    """
    file = Path(path).expanduser().resolve()
    content = _content(file)
    problems: list[Problem] = []
    check_keys(content, TOP_KEYS, "", problems)
    if content.get("version") != 1:
        problems.append(Problem("version", f"{content.get('version')!r} is not 1", "Write 1."))
    systems: dict[str, SourceSystem] = {}
    mappings: list[TableMapping] = []
    entries = content.get("systems")
    if not isinstance(entries, dict) or not entries:
        problems.append(Problem("systems", "no system is named", "Name at least one system."))
        entries = {}
    for name, entry in entries.items():
        system, mapped = _system(str(name), entry, file.parent, project, problems)
        if system:
            systems[system.name] = system
            mappings.extend(mapped)
    sources = Sources(
        file=file,
        as_of_date=_day(content.get("as_of_date"), problems),
        reporting_currency=_currency(content.get("reporting_currency", "USD"), problems),
        systems=systems,
        mappings=tuple(mappings),
    )
    if problems:
        raise ConfigurationError(file, problems)
    return sources


def _content(file: Path) -> dict[str, Any]:
    def stop(message: str, remedy: str) -> ConfigurationError:
        return ConfigurationError(file, [Problem("file", message, remedy)])

    if not file.is_file():
        raise stop("there is no such file", "Copy sources.yml and name your copy with --sources.")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise stop(f"not readable as YAML: {error}", "Mend the line that it names.") from error
    if not isinstance(content, dict):
        raise stop("not a mapping of keys", "Start from a copy of sources.yml.")
    return content


def _system(
    name: str, entry: Any, base: Path, project: Path, problems: list[Problem]
) -> tuple[SourceSystem | None, tuple[TableMapping, ...]]:
    where = f"systems.{name}"
    known = source_systems(project)
    if not SYSTEM_NAME.fullmatch(name) or name in RESERVED:
        problems.append(
            Problem(where, "not a name for a system", "Use a-z, 0-9 and _; not 'mapped'.")
        )
        return None, ()
    if not isinstance(entry, dict):
        problems.append(Problem(where, "has no keys", "Write {path: folder}."))
        return None, ()
    adapter = entry.get("adapter", "built_in")
    if adapter == "built_in" and name not in known:
        remedy = f"{did_you_mean(name, known)} For other files write adapter: files."
        problems.append(Problem(where, "unknown system", remedy))
        return None, ()
    if adapter not in ("built_in", "files"):
        problems.append(
            Problem(f"{where}.adapter", f"unknown adapter {adapter!r}", "Use files, or none.")
        )
        return None, ()
    if adapter == "files" and name in known:
        remedy = "Give your system another name, or leave the adapter out."
        problems.append(Problem(where, "is the name of a built-in system", remedy))
        return None, ()
    before = len(problems)
    folder = _folder(entry.get("path"), base, f"{where}.path", problems)
    if adapter == "files":
        tables, mappings = files_system(name, entry, contract_tables(project), problems)
    else:
        check_keys(entry, BUILT_IN_KEYS, f"{where}.", problems)
        tables, mappings = _built_in_tables(name, entry, known[name], problems), ()
    if folder is None or len(problems) > before:
        return None, ()
    return SourceSystem(name, adapter, folder, tables), mappings


def _built_in_tables(
    name: str, entry: Mapping[str, Any], known: Mapping[str, SourceTable], problems: list[Problem]
) -> dict[str, SourceTable]:
    where = f"systems.{name}"
    delimiter = checked_delimiter(entry.get("delimiter"), f"{where}.delimiter", problems)
    patterns = entry.get("files") or {}
    if not isinstance(patterns, dict):
        problems.append(Problem(f"{where}.files", "not a mapping", "Write {table: file name}."))
        patterns = {}
    check_keys(patterns, set(known), f"{where}.files.", problems)
    return {
        table.name: replace(
            table,
            delimiter=delimiter,
            file=checked_pattern(
                patterns.get(table.name, table.file), f"{where}.files.{table.name}", problems
            ),
        )
        for table in known.values()
    }


def _folder(value: Any, base: Path, where: str, problems: list[Problem]) -> Path | None:
    if not isinstance(value, str) or not value.strip():
        problems.append(Problem(where, "is missing", "Name the folder that the files are in."))
        return None
    missing = [name for name in VARIABLE.findall(value) if not os.environ.get(name)]
    for name in missing:
        remedy = f"Set it: export {name}=/path/to/folder"
        problems.append(Problem(where, f"the environment variable {name} is not set", remedy))
    if missing:
        return None
    text = VARIABLE.sub(lambda found: os.environ[found.group(1)], value)
    folder = (base / Path(text).expanduser()).resolve()
    if not folder.is_dir():
        remedy = "Make it, or mend the path; it is relative to the sources file."
        problems.append(Problem(where, f"there is no folder {folder}", remedy))
        return None
    return folder


def _day(value: Any, problems: list[Problem]) -> date | None:
    if isinstance(value, datetime):
        value = value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        problems.append(Problem("as_of_date", f"{value!r} is not a day", "Write YYYY-MM-DD."))
        return None


def _currency(value: Any, problems: list[Problem]) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
        return value
    problems.append(
        Problem("reporting_currency", f"{value!r} is not a currency", "Write a code such as USD.")
    )
    return "USD"
