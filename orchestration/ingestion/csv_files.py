"""CSV files as typed rows: a plain file at DuckDB's speed, any other file line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import duckdb

from orchestration.ingestion.csv_layout import Layout
from orchestration.ingestion.csv_records import Record, records
from orchestration.ingestion.files import DataFile, opened
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.quoting import identifier, literal, path_literal
from orchestration.ingestion.source_tables import SourceTable

BATCH_BYTES = 16 << 20
BATCH_REJECTS = 20_000
LONGEST_RAW_TEXT = 20_000
WIDE = 4
PLAUSIBLE = {
    "integer": r"[+-]?\d+(\.0*)?",
    "bigint": r"[+-]?\d+(\.0*)?",
    "double": r"[+-]?[\d.,]+([eE][+-]?\d+)?",
    "date": r"[1-9]\d{3}[-/]\d{1,2}[-/]\d{1,2}.*",
    "timestamp": r"[1-9]\d{3}[-/]\d{1,2}[-/]\d{1,2}.*",
    "boolean": r"(?i)true|false|t|f|yes|no|y|n|1|0",
}


@dataclass
class Counts:
    """Lines and rows of one file, by what became of them."""

    header_lines: int = 1
    blank_lines: int = 0
    rows_rejected: int = 0
    lines_rejected: int = 0
    rows_read: int = 0
    lines_read: int = 0
    not_utf_8: int = 0
    faults: list[tuple[int, int, str | None, str, str]] = field(default_factory=list)


def plain_rows(
    file: DataFile, found: Layout, has_carriage_returns: bool, only_look: bool = False
) -> str:
    """A FROM clause over a plain file: columns c0, c1 ... as varchar, or an error when it runs.

    With `only_look` faulty lines are passed over without a word: never for landing.
    """
    ignored = "true" if only_look else "false"
    columns = ", ".join(f"'c{position}': 'varchar'" for position in range(found.width))
    line_end = r"\r\n" if has_carriage_returns else r"\n"
    compression = "gzip" if file.is_gzip else "none"
    return (
        f"read_csv({path_literal(file.path)}, auto_detect = false, header = true, "
        f"delim = {literal(found.delimiter)}, quote = '\"', escape = '\"', comment = '', "
        f"new_line = '{line_end}', compression = '{compression}', columns = {{{columns}}}, "
        f"null_padding = false, ignore_errors = {ignored}, strict_mode = true, nullstr = '')"
    )


def exact_rows(
    connection: duckdb.DuckDBPyConnection,
    file: DataFile,
    found: Layout,
    table: SourceTable,
    rows: str,
    rejected: str,
) -> Counts:
    """Fill the new tables `rows` (_line, _lines, c0 ...) and `rejected`, and count every line.

    `rejected` is (line_number, line_count, column_name, reason, raw_text). Raises LandingError for
    a file that is cut off or that is not UTF-8 throughout.
    """
    names = [f"c{position}" for position in range(found.width)]
    columns = ", ".join(f"{name} varchar" for name in names)
    connection.execute(
        f"create temp table {identifier(rows)} (_line bigint, _lines int, {columns})"
    )
    connection.execute(
        f"create temp table {identifier(rejected)} (line_number bigint, line_count int, "
        "column_name varchar, reason varchar, raw_text varchar)"
    )
    counts = Counts()
    headers = {position: name for name, position in {**found.unknown, **found.positions}.items()}
    complete = completeness(table, found)
    with opened(file) as stream:
        next(stream)
        source = records(stream, found.delimiter, found.width, complete, first=2)
        for batch in _batches(_good(source, headers, counts, file)):
            _append(connection, rows, batch, found, names)
            if len(counts.faults) > BATCH_REJECTS:
                _append_faults(connection, rejected, counts)
    _append_faults(connection, rejected, counts)
    if counts.not_utf_8 >= 20 and counts.not_utf_8 * 2 > counts.rows_read + counts.rows_rejected:
        message = f"is not UTF-8: {counts.not_utf_8} lines have other letters"
        raise LandingError(file.name, message, "Export it as UTF-8 (not Windows or Latin-1).")
    return counts


def completeness(table: SourceTable, found: Layout) -> Callable[[Sequence[str]], bool]:
    """Whether values look like a row of the table: keys are there, typed values can be read.

    Never so where that can't be told: one column, or few columns without types and keys.
    """
    patterns = [
        (position, re.compile(PLAUSIBLE.get(column.data_type, r"[+-]?[\d.,]+([eE][+-]?\d+)?")))
        for column in table.columns
        if column.data_type != "varchar"
        and not column.date_format
        and (position := found.positions.get(column.name)) is not None
    ]
    keys = [
        found.positions[name]
        for name in {*table.required_columns, *table.primary_key}
        if name in found.positions
    ]
    identifiers = [found.positions[name] for name in table.primary_key if name in found.positions]

    tells = found.width > 1 and bool(identifiers or patterns or found.width >= WIDE)

    def complete(values: Sequence[str]) -> bool:
        return (
            tells
            and any(values)
            and all(values[position] for position in keys)
            and not any(" " in values[position] for position in identifiers)
            and all(
                not values[position] or pattern.fullmatch(values[position])
                for position, pattern in patterns
            )
        )

    return complete


def _good(
    source: Iterable[Record], headers: dict[int, str], counts: Counts, file: DataFile
) -> Iterator[Record]:
    for record in source:
        if record.is_cut_off:
            message = f"is cut off in line {record.number}: {record.fault}"
            raise LandingError(file.name, message, "Export or copy it again.")
        if record.fault:
            name = None if record.column_index is None else headers.get(record.column_index)
            counts.rows_rejected += 1
            counts.lines_rejected += record.lines
            counts.not_utf_8 += record.fault.startswith("not UTF-8")
            raw = readable(record.text)
            counts.faults.append((record.number, record.lines, name, record.fault, raw))
        elif not record.text:
            counts.blank_lines += 1
        else:
            counts.rows_read += 1
            counts.lines_read += record.lines
            yield record


def readable(text: bytes) -> str:
    """Raw bytes as text that any database takes, at most 20,000 letters of it."""
    return text[:LONGEST_RAW_TEXT].decode("utf-8", "replace").replace("\0", "\N{SYMBOL FOR NULL}")


def _batches(source: Iterator[Record]) -> Iterator[list[Record]]:
    for first in source:
        batch, size = [first], len(first.text)
        for record in source:
            batch.append(record)
            size += len(record.text)
            if size > BATCH_BYTES:
                break
        yield batch


def _append(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    batch: list[Record],
    found: Layout,
    names: list[str],
) -> None:
    import pyarrow as pa
    from pyarrow import csv

    content = b"\n".join(record.text for record in batch) + b"\n"
    table = csv.read_csv(
        BytesIO(content),
        read_options=csv.ReadOptions(column_names=names, block_size=len(content) + 1),
        parse_options=csv.ParseOptions(delimiter=found.delimiter, newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types={name: pa.string() for name in names},
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    if len(table) != len(batch):
        raise AssertionError(f"{len(batch)} records were read as {len(table)} rows")
    table = table.add_column(0, "_lines", pa.array([one.lines for one in batch], pa.int32()))
    table = table.add_column(0, "_line", pa.array([one.number for one in batch], pa.int64()))
    _insert(connection, rows, table)


def _append_faults(connection: duckdb.DuckDBPyConnection, rejected: str, counts: Counts) -> None:
    import pyarrow as pa

    if counts.faults:
        kinds = (pa.int64(), pa.int32(), pa.string(), pa.string(), pa.string())
        names = ("line_number", "line_count", "column_name", "reason", "raw_text")
        arrays = zip(kinds, zip(*counts.faults, strict=True), strict=True)
        _insert(
            connection, rejected, pa.table([pa.array(v, k) for k, v in arrays], names=list(names))
        )
        counts.faults.clear()


def _insert(connection: duckdb.DuckDBPyConnection, name: str, table: object) -> None:
    connection.register("landing_batch", table)
    connection.execute(f"insert into {identifier(name)} select * from landing_batch")
    connection.unregister("landing_batch")


def raw_lines(file: DataFile, wanted: dict[int, int]) -> dict[int, str]:
    """The raw text of the records that start at the `wanted` line numbers, with as many lines."""
    texts: dict[int, str] = {}
    with opened(file) as stream:
        lines = enumerate(stream, 1)
        for number, line in lines:
            if number in wanted:
                rest = [next(lines)[1] for _ in range(wanted[number] - 1)]
                texts[number] = readable(b"".join([line, *rest]).rstrip(b"\r\n"))
    return texts
