"""The raw tables to write, read from the dbt source files that also tell landing what to expect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import yaml

STAGING = Path(__file__).resolve().parents[2] / "dbt_project" / "models" / "staging"

_SIMPLE = {
    "varchar": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Shape:
    """One raw table: its name, columns with Arrow types in file order, and primary key."""

    system: str
    table: str
    columns: tuple[tuple[str, pa.DataType], ...]
    primary_key: tuple[str, ...]
    cursor: str | None

    @property
    def name(self) -> str:
        """`system.table`."""
        return f"{self.system}.{self.table}"

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, in file order."""
        return pa.schema(list(self.columns))


def _arrow_type(declared: str) -> pa.DataType:
    if declared.startswith("decimal("):
        precision, scale = declared[8:-1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return _SIMPLE[declared]


@cache
def shapes() -> dict[str, Shape]:
    """Every raw table by `system.table`."""
    found: dict[str, Shape] = {}
    for path in sorted(STAGING.glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            if source["name"] == "mapped":
                continue
            for table in source["tables"]:
                meta = table["config"]["meta"]
                shape = Shape(
                    system=source["name"],
                    table=table["name"],
                    columns=tuple(
                        (column["name"], _arrow_type(column["data_type"]))
                        for column in table["columns"]
                    ),
                    primary_key=tuple(meta["primary_key"]),
                    cursor=meta.get("cursor"),
                )
                found[shape.name] = shape
    return found
