"""Files beside the pages: fix lists as CSV and Parquet, and the lineage of the metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from dashboards.marts import Marts
from dashboards.safety import csv_cell, write_csv

MART = "rpt_data_quality_fix_list"


def write_fix_lists(marts: Marts, folder: Path) -> None:
    """`fix-list.csv` and `fix-list.parquet`, every open fault; nothing where the mart isn't there.

    Text is written as in every file of the site: no e-mail address, and nothing that a
    spreadsheet would run, in the Parquet file too, for it may end in one.
    """
    if not marts.has(MART):
        return
    import pyarrow
    import pyarrow.parquet

    found = marts.connection.sql(
        f"select * from marts.{MART} order by owner_team, is_overdue desc, arr_at_stake desc, "
        "issue_id"
    ).to_arrow_table()
    for place, column in enumerate(found.schema):
        if pyarrow.types.is_string(column.type) or pyarrow.types.is_large_string(column.type):
            told = found[place].to_pylist()
            safe = [csv_cell(value) if value else value for value in told]
            if safe != told:  # making an array imports pandas, half a second
                found = found.set_column(place, column.name, pyarrow.array(safe, pyarrow.string()))
    rows = [tuple(row.values()) for row in found.to_pylist()]
    write_csv(folder / "fix-list.csv", found.column_names, rows)
    pyarrow.parquet.write_table(found, folder / "fix-list.parquet", compression="zstd")


def write_lineage(lineage: Mapping[str, Sequence[str]], folder: Path) -> None:
    """`metric-lineage.csv`, one line per metric and raw table; nothing without a lineage."""
    if lineage:
        columns: dict[tuple[str, str, str], list[str]] = {}
        for metric, found in lineage.items():
            for place in found:
                system, table, column = place.split(".", 2)
                columns.setdefault((metric, system, table), []).append(column)
        rows = [(*place, " ".join(names)) for place, names in columns.items()]
        header = ["metric_name", "system", "raw_table", "raw_columns"]
        write_csv(folder / "metric-lineage.csv", header, rows)
