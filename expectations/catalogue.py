"""Which tables and columns exist, read from the YAML twins beside the dbt models and seeds."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]
SCHEMA_OF_FOLDER = {
    "conformed": "conformed",
    "quality": "conformed",
    "intermediate": "intermediate",
    "marts": "marts",
}
LANDING_TABLES = ("landing._loads", "landing._file_manifest", "landing._rejected_lines")


@dataclass(frozen=True)
class Table:
    """A declared table: `schema.name`, its columns with their types, and what its twin promises.

    `columns` is empty where no twin lists them; then any column name is accepted. A row is known
    from the earliest of `known_at` on; a `masked` column shows only what was known by then.
    """

    name: str
    columns: Mapping[str, str]
    primary_key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    known_at: tuple[str, ...] = ()
    masked: tuple[str, ...] = ()
    is_contract: bool = False


class CatalogueError(ValueError):
    """A twin that can't be read; the message names the file."""


def declared_tables(project: Path = PROJECT) -> dict[str, Table]:
    """Every table that a suite may name, by `schema.table`. Raises CatalogueError."""
    tables = {name: Table(name, {}) for name in LANDING_TABLES}
    models = project / "dbt_project" / "models"
    for path in sorted(models.rglob("*.yml")):
        folder = path.relative_to(models).parts[0]
        schema = SCHEMA_OF_FOLDER.get(folder)
        if schema is None:
            continue
        for model in _content(path).get("models") or []:
            table = _table(schema, folder, model)
            tables[table.name] = table
    for path in sorted((project / "seeds" / "reference").glob("*.csv")):
        tables[f"reference.{path.stem}"] = Table(f"reference.{path.stem}", _header(path))
    return tables


def contract_tables(tables: Mapping[str, Table]) -> list[Table]:
    """The input contract's tables: conformed models that declare a primary key and a load mode."""
    return [table for table in tables.values() if table.is_contract]


def mart_tables(tables: Mapping[str, Table]) -> list[Table]:
    """The marts."""
    return [table for table in tables.values() if table.name.startswith("marts.")]


def _table(schema: str, folder: str, model: Mapping[str, Any]) -> Table:
    meta = (model.get("config") or {}).get("meta") or {}
    columns = model.get("columns") or []
    return Table(
        name=f"{schema}.{model['name']}",
        columns={column["name"]: str(column.get("data_type", "")) for column in columns},
        primary_key=_primary_key(model, meta),
        required=_columns_with("required", columns),
        known_at=tuple(meta.get("known_at") or ()),
        masked=_columns_with("masked", columns),
        is_contract=folder == "conformed" and "primary_key" in meta and "mode" in meta,
    )


def _primary_key(model: Mapping[str, Any], meta: Mapping[str, Any]) -> tuple[str, ...]:
    """What `config.meta.primary_key` says, else the constraint of that type."""
    constraints = model.get("constraints") or []
    constrained = [entry for entry in constraints if entry.get("type") == "primary_key"]
    columns = constrained[0].get("columns") if constrained else ()
    return tuple(meta.get("primary_key") or columns or ())


def _columns_with(mark: str, columns: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns whose twin says `config: {meta: {<mark>: true}}`."""
    return tuple(
        column["name"]
        for column in columns
        if ((column.get("config") or {}).get("meta") or {}).get(mark)
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path.name}: not readable as YAML: {error}") from error
    return content if isinstance(content, dict) else {}


def _header(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return dict.fromkeys(next(csv.reader(lines), []), "")
