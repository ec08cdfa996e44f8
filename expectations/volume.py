"""Whether the marts still hold about as many rows as the version that is being read now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from expectations.offending import quoted

REMEDY = (
    "Look for a source that delivered only a part; if the data really shrank, run into another "
    "home or lower the share in seeds/reference/volume_policy.csv."
)


def collapsed_marts(warehouse: Path, published: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """(mart, sentence) for each mart of `reference.volume_policy` that lost too many rows.

    `published` are the rows of each mart by name in a version of the same or an earlier as-of day:
    an older day is smaller by right. Raises duckdb.Error for a file that can't be read.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        policy = connection.execute(
            "select mart, min_share_of_published from reference.volume_policy order by mart"
        ).fetchall()
        for mart, share in policy:
            if mart not in published:
                continue
            (rows,) = connection.execute(
                f"select count(*) from marts.{quoted(mart)}"
            ).fetchone() or (0,)
            if rows < share * published[mart]:
                yield (
                    f"marts.{mart}",
                    f"marts.{mart} has {rows} rows after {published[mart]} published. {REMEDY}",
                )
