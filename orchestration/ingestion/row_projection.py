"""The SQL that turns a file's raw fields into a raw table's row: typed, hashed, with its origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.ingestion.csv_layout import Layout
from orchestration.ingestion.files import DataFile
from orchestration.ingestion.quoting import literal
from orchestration.ingestion.source_tables import SourceTable
from orchestration.ingestion.values import fault_reason, is_faulty, typed

if TYPE_CHECKING:
    from orchestration.ingestion.landing import Load


@dataclass(frozen=True)
class Projection:
    """SQL texts by column name; `texts`, `faults` and `types` only for columns that can fail."""

    columns: dict[str, str]
    texts: dict[str, str]
    faults: dict[str, str]
    types: dict[str, str]
    first_fault: str
    reason: str


def projection(
    table: SourceTable,
    file: DataFile,
    load: Load,
    found: Layout,
    sources: Sequence[str],
    source_types: Sequence[str] | None = None,
) -> Projection:
    """The projection for fields that SQL knows as `sources`, in the order of the file.

    The row hash is the md5 of the raw texts: declared columns in their declared order, a missing
    one as empty, then unknown columns by name.
    """
    columns: dict[str, str] = {}
    texts: dict[str, str] = {}
    faults: dict[str, str] = {}
    reasons: list[str] = []
    hashed: list[str] = []
    first: list[str] = []
    for column in table.columns:
        position = found.positions.get(column.name)
        if position is None:
            columns[column.name] = f"cast(null as {column.data_type})"
            hashed.append("''")
            continue
        source_type = source_types[position] if source_types else "varchar"
        source = sources[position]
        text = source if source_type == "varchar" else f"cast({source} as varchar)"
        hashed.append(f"coalesce({text}, '')")
        if source_type == column.data_type:
            columns[column.name] = source
            if source_type == "varchar":
                continue
        else:
            columns[column.name] = typed(text, column)
        fault = None if source_type == column.data_type else is_faulty(text, column)
        if fault:
            faults[column.name] = fault
            texts[column.name] = text
            first.append(f"when {fault} then {literal(column.name)}")
            reasons.append(f"case when {fault} then {fault_reason(text, column)} end")
    for name in sorted(found.unknown):
        columns[name] = f"cast({sources[found.unknown[name]]} as varchar)"
        hashed.append(f"coalesce({columns[name]}, '')")
    columns["_source_system"] = literal(table.system)
    columns["_source_file"] = literal(file.name)
    columns["_load_id"] = literal(load.load_id)
    columns["_loaded_at"] = f"cast({literal(load.started_at.isoformat(' '))} as timestamp)"
    columns["_row_hash"] = f"md5(concat_ws(chr(31), {', '.join(hashed)}))"
    return Projection(
        columns=columns,
        texts=texts,
        faults=faults,
        types={name: table.column(name).data_type for name in faults},
        first_fault=f"case {' '.join(first)} end" if first else "null",
        reason=f"concat_ws('; ', {', '.join(reasons)})" if reasons else "null",
    )
