"""The input contract: the tables that every source maps onto, read from the conformed models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.ingestion.source_tables import (
    METADATA_COLUMNS,
    Column,
    column_from_yaml,
    yaml_content,
)


@dataclass(frozen=True)
class ContractTable:
    """One table of the input contract, without the landing metadata columns."""

    name: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    cursor: str | None
    mode: str

    @property
    def required_columns(self) -> tuple[str, ...]:
        """The columns that a mapping must fill."""
        return tuple(column.name for column in self.columns if column.required)


@cache
def contract_tables(project: Path) -> Mapping[str, ContractTable]:
    """The contract's tables by name: conformed models that name a primary key and a load mode."""
    tables: dict[str, ContractTable] = {}
    for file in sorted(project.glob("dbt_project/models/conformed/*.yml")):
        for model in (yaml_content(file) or {}).get("models", []):
            meta = (model.get("config") or {}).get("meta") or {}
            if "primary_key" not in meta or "mode" not in meta:
                continue
            tables[model["name"]] = ContractTable(
                name=model["name"],
                columns=tuple(
                    column_from_yaml(column)
                    for column in model["columns"]
                    if column["name"] not in METADATA_COLUMNS
                ),
                primary_key=tuple(meta["primary_key"]),
                cursor=meta.get("cursor"),
                mode=meta["mode"],
            )
    return tables
