"""Writes tables as CSV (gzip where large, byte for byte repeatable) or Parquet."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from seeds.generator.shapes import Shape, shapes

GZIP_FROM = 128 * 1024
"""Plain CSV up to this many bytes, gzip above."""


def csv_text(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column as CSV fields: null is empty, quotes only where needed."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("s"), safe=False)
    texts = column if pa.types.is_string(kind) else column.cast(pa.string())
    if pa.types.is_string(kind):
        needs = pc.fill_null(pc.match_substring_regex(texts, '[",\r\n]'), False)
        if pc.any(needs).as_py():
            quoted = pc.binary_join_element_wise(
                '"', pc.replace_substring(texts, '"', '""'), '"', ""
            )
            texts = pc.if_else(needs, quoted, texts)
    return pc.fill_null(texts, "")


def csv_lines(table: pa.Table) -> bytes:
    """The rows of a table as CSV lines, without a header."""
    if not table.num_rows:
        return b""
    fields = [csv_text(column) for column in table.columns]
    lines = pc.binary_join_element_wise(*fields, ",")
    return ("\n".join(lines.to_pylist()) + "\n").encode()


def csv_bytes(table: pa.Table) -> bytes:
    """A whole CSV file: header and rows, `\\n` line ends, UTF-8."""
    return (",".join(table.column_names) + "\n").encode() + csv_lines(table)


def gzipped(data: bytes) -> bytes:
    """Gzip without time or name, so that the same data makes the same bytes."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()


def write_csv(
    folder: Path, shape: Shape, data: bytes, name: str | None = None, always_gzip: bool = False
) -> Path:
    """Write CSV bytes as `<system>/<table>.csv`, or `.csv.gz` where large."""
    target = folder / shape.system
    target.mkdir(parents=True, exist_ok=True)
    stem = name or shape.table
    if always_gzip or len(data) > GZIP_FROM:
        path = target / f"{stem}.csv.gz"
        path.write_bytes(gzipped(data))
    else:
        path = target / f"{stem}.csv"
        path.write_bytes(data)
    return path


def write_parquet(folder: Path, shape: Shape, table: pa.Table, name: str | None = None) -> Path:
    """Write a table as `<system>/<table>.parquet`."""
    target = folder / shape.system
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{name or shape.table}.parquet"
    pq.write_table(table, path, compression="snappy")
    return path


def clear(folder: Path) -> None:
    """Remove what an earlier run left, and nothing else: files of known tables, FAULTS.csv."""
    for shape in shapes().values():
        for ending in ("csv", "csv.gz", "parquet"):
            for path in (folder / shape.system).glob(f"{shape.table}.{ending}"):
                path.unlink()
            if shape.table == "tracks":
                for path in (folder / shape.system).glob(f"tracks_*.{ending}"):
                    path.unlink()
    (folder / "FAULTS.csv").unlink(missing_ok=True)
