"""How long a publication takes: a mart of a million rows, and the marts of a home.

    python -m benchmarks.publication --rows 1000000 --home .csops

The synthetic build has one mart of 15 columns (ids, words, amounts, days, flags) with 24 months of
days and a small one; then the same with 3 months, as many rows a day. Published are: all of it for
the first time; the same again, in which nothing changed; another day on which only the small mart
did; and another on which each daily mart got one more day. With a home, its own build is published
the same way.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.database import connect
from orchestration.publication import build_state, fingerprints
from orchestration.publication.day_columns import day_columns
from orchestration.publication.publish import Publication, publish

RESULTS = Path(__file__).resolve().parent / "results"
DAY = date(2026, 6, 30)
DAYS = {"24 months": 730, "3 months": 91}
MART = """
    create table marts.fct_synthetic_daily as
    select
        'A' || lpad((i // 50)::varchar, 15, '0') as account_id,
        md5((i // 1000)::varchar) as contract_id,
        ['salesforce', 'stripe', 'zendesk'][1 + i % 3] as source_system,
        ['healthy', 'stable', 'at risk', 'unknown'][1 + i % 4] as band,
        'The reason of row ' || (i % 5000) as reason,
        (hash(i) % 10000000 / 100)::decimal(18, 2) as arr,
        (hash(i + 1) % 1000 / 10)::decimal(18, 2) as score,
        (hash(i + 2) % 100000)::double / 7 as measure_value,
        (hash(i + 3) % 1000)::double / 1000 as grade,
        (i % 97)::integer as active_users,
        (i % 101)::integer as seats,
        i % 7 = 0 as is_active,
        i % 11 = 0 as is_present,
        date '2024-07-01' + (i // {rows_a_day})::integer as date_day,
        date '2020-01-01' + (i % 2000)::integer as start_date
    from range({rows}) as numbers (i)
"""


def main() -> None:
    """Make the builds, publish them, print the figures and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--work", type=Path, default=Path(".csops/benchmark_publication"))
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    rows_a_day = options.rows // DAYS["24 months"]
    cases = {
        f"synthetic, {rows_a_day:,} rows a day, {months}": _synthetic(
            options.work, rows_a_day, rows_a_day * days
        )
        for months, days in DAYS.items()
    }
    if options.home:
        cases["home"] = _home(options.work, options.home)
    result = {
        "date": date.today().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "duckdb": duckdb.__version__,
        "cases": cases,
        "load": round(os.getloadavg()[0], 1),
    }
    text = json.dumps(result, indent=2)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{result['date']}-publication.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def _synthetic(work: Path, rows_a_day: int, rows: int) -> dict[str, Any]:
    build = work / f"synthetic_{rows}.duckdb"
    with connect(build) as connection:
        connection.execute("create schema marts")
        connection.execute(MART.format(rows=rows, rows_a_day=rows_a_day))
    return _published(build, work / f"published_{rows}", {"fct_synthetic_daily": "date_day"})


def _home(work: Path, home: Path) -> dict[str, Any]:
    build = work / "home.duckdb"
    shutil.copyfile(home / "warehouse" / "warehouse.duckdb", build)
    kept = next((home / "dbt" / "kept").glob("*.json"))
    days = day_columns(json.loads(kept.read_text(encoding="utf-8")))
    return _published(build, work / "home", days)


def _published(build: Path, published: Path, days: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    _audited(build, DAY, 1)
    found["first time"] = _timed(build, published, days)
    found["nothing changed"] = _timed(build, published, days)
    _audited(build, DAY + timedelta(days=1), 2)
    found["another day, one small mart changed"] = _timed(build, published, days)
    appended = _append_a_day(build, days)
    _audited(build, DAY + timedelta(days=2), 3)
    found["another day, appended to daily marts"] = {
        "rows appended": appended,
        **_timed(build, published, days),
    }
    for version in (published / "versions").iterdir():
        found["database MB"] = round((version / "warehouse.duckdb").stat().st_size / 1e6, 1)
    return found


def _append_a_day(build: Path, days: Mapping[str, str]) -> int:
    """The last day once more, a day later, in each mart whose last days follow each other."""
    rows = 0
    with connect(build) as connection:
        for table in fingerprints.tables(connection, "marts"):
            if table in days:
                rows += _repeat_last_day(connection, f'marts."{table}"', f'"{days[table]}"')
    return rows


def _repeat_last_day(connection: duckdb.DuckDBPyConnection, mart: str, day: str) -> int:
    last = connection.execute(
        f"select distinct {day} from {mart} order by 1 desc limit 2"
    ).fetchall()
    if len(last) < 2 or last[0][0] - last[1][0] != timedelta(days=1):
        return 0
    done = connection.execute(
        f"insert into {mart} "
        f"select * replace (({day} + 1)::date as {day}) from {mart} where {day} = ?",
        [last[0][0]],
    ).fetchone()
    return int(done[0]) if done else 0


def _audited(build: Path, day: date, number: int) -> None:
    """Change the small mart, and say of the build what a run says after gate and audit."""
    with connect(build) as connection:
        connection.execute(f"create or replace table marts.dim_small as select {number} as number")
        build_state.start_build(connection, day)
        build_state.record_conformed(connection, day)
        build_state.record_gate(connection, day, passed=True)
        build_state.void_marts(connection, day)
        build_state.record_built(connection, day)
        build_state.record_audit(connection, day, passed=True)


def _timed(build: Path, published: Path, days: Mapping[str, str]) -> dict[str, Any]:
    wall, cpu = time.monotonic(), time.process_time()
    done: Publication = publish(build, published, day_columns=days)
    return {
        "wall_seconds": round(time.monotonic() - wall, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "rows": sum(part.rows for part in done.tables.values()),
        "marts": len(done.tables),
        "marts whose Parquet is shared": len(done.unchanged),
        "is new": done.is_new,
    }


if __name__ == "__main__":
    main()
