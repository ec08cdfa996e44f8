"""Ids in the spelling of each vendor, made for whole columns at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_BASE62 = np.frombuffer(
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8
)
_THOUSAND = np.array([list(f"{number:03d}".encode()) for number in range(1000)], dtype=np.uint8)
_SUFFIX = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
_STEP = 2_654_435_761  # prime: multiplying by it visits every residue of 62**n once


def strings(matrix: np.ndarray) -> pa.Array:
    """Rows of a uint8 matrix (rows × width) as text."""
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    data = np.ascontiguousarray(matrix)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def _prefixed(prefix: str, rows: int, width: int) -> np.ndarray:
    matrix = np.empty((rows, len(prefix) + width), dtype=np.uint8)
    matrix[:, : len(prefix)] = np.frombuffer(prefix.encode(), dtype=np.uint8)
    return matrix


def _fill(matrix: np.ndarray, numbers: np.ndarray, width: int) -> None:
    """Write numbers in base 62 into the last `width` columns."""
    rest = numbers.astype(np.int64)
    for column in range(1, width + 1):
        rest, digit = np.divmod(rest, 62)
        matrix[:, -column] = _BASE62[digit]


def numbered(prefix: str, numbers: np.ndarray, width: int = 9) -> pa.Array:
    """Ids such as `evt_000000123`."""
    matrix = _prefixed(prefix, len(numbers), width)
    rest, column = numbers.astype(np.int64), matrix.shape[1]
    if len(numbers) and int(rest.max()) < 2**31:
        rest = rest.astype(np.int32)
    first = len(prefix)
    while column > first:  # three digits at a time
        taken = min(3, column - first)
        higher = rest // 1000
        digits = _THOUSAND[rest - higher * 1000]
        matrix[:, column - taken : column] = digits[:, 3 - taken :]
        rest, column = higher, column - taken
    return strings(matrix)


def scrambled(prefix: str, numbers: np.ndarray, width: int = 10, salt: int = 0) -> pa.Array:
    """Ids such as `cus_8Hq2Lm0aTz`: unique, in no visible order; numbers below 62**5."""
    matrix = _prefixed(prefix, len(numbers), width)
    space = 62**5
    mixed = (numbers.astype(np.int64) * _STEP + salt * 7_919 + 104_729) % space
    _fill(matrix[:, : matrix.shape[1] - width + 5], mixed, 5)
    _fill(matrix, (mixed * 40_503 + 12_345) % space, width - 5)
    return strings(matrix)


def salesforce(prefix: str, numbers: np.ndarray, salt: int = 0) -> pa.Array:
    """True 18-character ids: 15 case-sensitive characters and their three-character check."""
    matrix = np.empty((len(numbers), 18), dtype=np.uint8)
    matrix[:, :10] = np.frombuffer(f"{prefix}5g00000".encode(), dtype=np.uint8)
    mixed = (numbers.astype(np.int64) * _STEP + salt * 7_919 + 271_828) % 62**5
    _fill(matrix[:, :15], mixed, 5)
    upper = (matrix[:, :15] >= ord("A")) & (matrix[:, :15] <= ord("Z"))
    bits = upper.reshape(-1, 3, 5) @ np.array([1, 2, 4, 8, 16])
    matrix[:, 15:] = _SUFFIX[bits]
    return strings(matrix)
