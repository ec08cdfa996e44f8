"""A generated company as its systems would have exported it on some day, in Parquet.

Usage events come in a file a month and, from a chosen day on, in a file for each day of receipt.
All other tables come as one file each that is written anew every day, as full exports are.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import yaml

from benchmarks.machine import ROOT

END = date(2026, 6, 30)


def generate(folder: Path, accounts: int) -> int:
    """The company of so many accounts, made once; gives its rows in all files."""
    if not (folder / "FAULTS.csv").exists():
        subprocess.run(
            [
                *(sys.executable, str(ROOT / "seeds" / "generate.py")),
                *("--accounts", str(accounts), "--format", "parquet", "--out", str(folder)),
            ],
            check=True,
        )
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select sum(num_rows) from parquet_file_metadata('{folder}/*/*.parquet')"
        ).fetchone()
    return int(found[0]) if found else 0


def export(company: Path, folder: Path, first_daily: date, until: date) -> None:
    """What lies in the export folder on the evening of `until`; `first_daily` is the first day
    whose usage comes in a file of its own. Files that are there already stay as they are, but
    those that each day's export replaces.
    """
    with duckdb.connect() as connection:
        for file in sorted(company.rglob("*.parquet")):
            place = folder / file.relative_to(company)
            place.parent.mkdir(parents=True, exist_ok=True)
            if not file.name.startswith("tracks_2"):
                _write_anew(connection, file, place, (until - date(2000, 1, 1)).days)
            elif not place.exists() and file.stem < f"tracks_{until:%Y_%m}~":
                _write_month(connection, file, place, first_daily)
        day = first_daily
        while day <= until:
            _write_day(connection, company, folder, day)
            day += timedelta(days=1)


def write_sources(company: Path, folder: Path) -> Path:
    """The sources file of the exports, beside them."""
    sample = yaml.safe_load((ROOT / "sources.yml").read_text(encoding="utf-8"))
    systems = {name: {"path": name} for name in sample["systems"] if (company / name).is_dir()}
    file = folder / "sources.yml"
    settings = {"version": 1, "as_of_date": END, "reporting_currency": "USD", "systems": systems}
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return file


def _write_anew(connection: duckdb.DuckDBPyConnection, file: Path, place: Path, mark: int) -> None:
    """The same rows in other bytes, so that the file counts as a new export."""
    place.unlink(missing_ok=True)
    connection.execute(
        f"copy (select * from '{file}') to '{place}' "
        f"(format parquet, kv_metadata {{exported: '{mark}'}})"
    )


def _write_month(
    connection: duckdb.DuckDBPyConnection, file: Path, place: Path, first_daily: date
) -> None:
    connection.execute(
        f"copy (select * from '{file}' where received_at < date '{first_daily}') "
        f"to '{place}' (format parquet)"
    )


def _write_day(
    connection: duckdb.DuckDBPyConnection, company: Path, folder: Path, day: date
) -> None:
    """The events received on a day, wherever the generator put them (late ones: month before)."""
    place = folder / "product" / f"tracks_day_{day:%Y_%m_%d}.parquet"
    if place.exists():
        return
    months = {day, day.replace(day=1) - timedelta(days=1)}
    files = [company / "product" / f"tracks_{month:%Y_%m}.parquet" for month in months]
    known = ", ".join(f"'{file}'" for file in files if file.exists())
    connection.execute(
        f"copy (select * from read_parquet([{known}]) where cast(received_at as date) = "
        f"date '{day}' order by received_at) to '{place}' (format parquet)"
    )
