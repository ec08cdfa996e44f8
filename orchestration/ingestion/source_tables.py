"""The raw tables of the built-in systems, read from the dbt sources that describe them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

# The loader that libyaml speeds up, where it is there; ten times faster on these files.
YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
METADATA_COLUMNS = {
    "_source_system": "varchar",
    "_source_file": "varchar",
    "_load_id": "varchar",
    "_loaded_at": "timestamp",
    "_row_hash": "varchar",
}
TYPE_NAMES = {"string": "varchar", "text": "varchar", "int": "integer"}
TYPE_PATTERN = re.compile(
    r"varchar|integer|bigint|double|date|timestamp|boolean|decimal\(\d{1,2},\d{1,2}\)"
)


@dataclass(frozen=True)
class Column:
    """One column of a table: `data_type` is a DuckDB type; `date_format` a strptime format."""

    name: str
    data_type: str
    required: bool = False
    date_format: str | None = None
    decimal_comma: bool = False


@dataclass(frozen=True)
class SourceTable:
    """One raw table: its columns in their fixed order, its key, and the files that feed it.

    A row came to be known at the earliest of its `known_at` columns, or with the row of another
    table that its `known_with` (column, table) names; with neither it counts whatever the day.
    """

    system: str
    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    cursor: str | None = None
    known_at: tuple[str, ...] = ()
    known_with: tuple[str, str] | None = None
    file: str = ""
    delimiter: str | None = None
    description: str = ""

    @property
    def schema(self) -> str:
        """The schema that holds the raw tables of this system."""
        return f"raw_{self.system}"

    @property
    def required_columns(self) -> tuple[str, ...]:
        """The columns that a file must have."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """The column called `name`; raises KeyError."""
        return next(column for column in self.columns if column.name == name)


def canonical_type(data_type: str) -> str:
    """The DuckDB spelling of a declared type; raises ValueError for a type that isn't allowed."""
    text = re.sub(r"\s", "", str(data_type).lower())
    text = TYPE_NAMES.get(text, text)
    if not TYPE_PATTERN.fullmatch(text):
        raise ValueError(
            f"{data_type!r} is not a type; use varchar, integer, bigint, double, decimal(18,2), "
            "date, timestamp or boolean"
        )
    return text


def column_from_yaml(entry: Mapping[str, Any]) -> Column:
    """A dbt YAML column as a Column."""
    meta = (entry.get("config") or {}).get("meta") or {}
    return Column(
        name=entry["name"],
        data_type=canonical_type(entry["data_type"]),
        required=bool(meta.get("required", False)),
    )


@cache
def source_systems(project: Path) -> Mapping[str, Mapping[str, SourceTable]]:
    """Built-in systems by name, each with its tables by name, in the order of the YAML files."""
    systems: dict[str, dict[str, SourceTable]] = {}
    for file in sorted(project.glob("dbt_project/models/staging/*/_*__sources.yml")):
        for source in yaml_content(file)["sources"]:
            tables = {
                table["name"]: _source_table(source["name"], table)
                for table in source["tables"]
                if "file" in ((table.get("config") or {}).get("meta") or {})
            }
            if tables:
                systems[source["name"]] = tables
    return systems


def yaml_content(file: Path) -> Any:
    """The content of one of the project's own YAML files."""
    return yaml.load(file.read_text(encoding="utf-8"), YAML_LOADER)  # noqa: S506


def _source_table(system: str, entry: Mapping[str, Any]) -> SourceTable:
    meta = entry["config"]["meta"]
    return SourceTable(
        system=system,
        name=entry["name"],
        columns=tuple(
            column_from_yaml(column)
            for column in entry["columns"]
            if column["name"] not in METADATA_COLUMNS
        ),
        primary_key=tuple(meta["primary_key"]),
        cursor=meta.get("cursor"),
        known_at=tuple(meta.get("known_at", ())),
        known_with=next(iter(meta.get("known_with", {}).items()), None),
        file=meta["file"],
        description=entry.get("description", ""),
    )
