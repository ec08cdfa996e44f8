"""Turns plain numpy columns into typed Arrow tables of the raw shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from seeds.generator.days import NONE
from seeds.generator.shapes import Shape

Columns = Mapping[str, Any]
"""Column name → Arrow array, list, or numpy array.

Whole-number columns use `days.NONE` for null; decimals use NaN; dates are days and timestamps
seconds since 1970; text is an Arrow array or a list."""


def pick(labels: Sequence[str | None] | pa.Array, indices: np.ndarray) -> pa.Array:
    """Labels by index; a negative index is null."""
    values = labels if isinstance(labels, pa.Array) else pa.array(labels, pa.string())
    indices = np.asarray(indices, dtype=np.int64)
    return values.take(pa.array(indices, mask=indices < 0))


def choose(random: np.random.Generator, weights: Sequence[float], size: int) -> np.ndarray:
    """Indices drawn by weight."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(cumulative, random.random(size) * cumulative[-1], side="right")


def typed(values: Any, kind: pa.DataType) -> pa.Array:
    """One column as Arrow of the wanted type."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values if values.type == kind else values.cast(kind)
    if isinstance(values, list) and pa.types.is_string(kind):
        return pa.array(values, kind)
    array = np.asarray(values)
    if pa.types.is_boolean(kind):
        return pa.array(array.astype(bool))
    if pa.types.is_decimal(kind):
        numbers = array.astype(float)
        scaled = np.round(np.nan_to_num(numbers) * 10**kind.scale) / 10**kind.scale
        return pa.array(scaled, mask=np.isnan(numbers)).cast(kind)
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), NONE, np.nan_to_num(array)).astype(np.int64)
    array = array.astype(np.int64)
    mask = array == NONE
    array = np.where(mask, 0, array)
    if pa.types.is_date32(kind):
        return pa.array(array.astype(np.int32), mask=mask).cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.array(array * 1_000_000, mask=mask).cast(kind)
    return pa.array(array, mask=mask).cast(kind)


def as_table(shape: Shape, columns: Columns) -> pa.Table:
    """A table with exactly the shape's columns; raises KeyError where one is missing."""
    unknown = set(columns) - {name for name, _ in shape.columns}
    if unknown:
        raise KeyError(f"{shape.name} has no column {sorted(unknown)}")
    return pa.table(
        [typed(columns[name], kind) for name, kind in shape.columns], schema=shape.schema
    )


def joined(*parts: Any) -> pa.Array:
    """Text joined element by element; scalars are repeated, null makes null."""
    return pc.binary_join_element_wise(*parts, "")
