"""Whether the marts still hold about as many rows as the version that is being read now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from expectations.offending import quoted

COLLAPSED = 0.5
"""A mart with less than this share of its published rows needs a person's word first."""


def collapsed_marts(warehouse: Path, published: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """(mart, sentence) for each mart of `published` (rows by name) that is gone or collapsed.

    Compare only with a version of the same or an earlier as-of day: an older day is smaller by
    right. Raises duckdb.Error for a file that can't be read.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        present = {name for (name,) in found}
        for mart, before in sorted(published.items()):
            name = mart.removeprefix("marts.")
            if name not in present:
                yield f"marts.{name}", f"marts.{name} was published before and is gone."
                continue
            (rows,) = connection.execute(
                f"select count(*) from marts.{quoted(name)}"
            ).fetchone() or (0,)
            if rows < COLLAPSED * before:
                yield f"marts.{name}", f"marts.{name} has {rows} rows after {before} published."
