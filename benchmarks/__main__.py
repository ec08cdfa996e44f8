"""The whole main job on companies of several sizes, stage by stage, beside what it could cost.

    python -m benchmarks --accounts 1000                        # or: make bench
    python -m benchmarks --accounts 100000 --history-days 90    # 96 million usage events

For each size: a company is generated in Parquet, then `csops run` builds everything up to a month
before its last day, adds one more day (its usage in a file of its own, every other table exported
anew), does all of that day again (`--again`), runs when nothing has changed, and adds the 30 days
after that in one run. Beside the full build and the day, in the same session and with the same
threads and memory limit:

    plain    the SQL that dbt compiled, models and tests, by DuckDB alone: the limit
    dbt      a bare `dbt build` of the same models and tests
    pandas   the roll-up of usage and its measures for the last day, written as one would in pandas

Writes benchmarks/results/<date>-main-job.json (a size that is there already is replaced) and
docs/images/performance.svg. With --history-days a copy of the project with that many days of daily
history stands in for it; the default is the project's own policy, 900 days.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from benchmarks.exports import END, export, generate, write_sources
from benchmarks.machine import RESULTS, ROOT, Measured, machine_now, measured, ratio
from benchmarks.plot import draw
from benchmarks.policy import project_with_history
from benchmarks.stages import Run, run

FULL = END - timedelta(31)
"""The full build's day; the next is the one more day, and thirty more make the backfill."""
DBT_STAGES = ("conform", "build", "learn")
PANDAS_EVENTS = 30_000_000
"""More events than that don't fit into the memory that pandas needs for them."""


def main() -> None:
    """Measure each size, show it and write it down before the next one starts."""
    options = _options()
    for accounts in options.accounts:
        case = measure(options, accounts)
        file = _write(case)
        show(case)
        draw(json.loads(file.read_text(encoding="utf-8")), ROOT / "docs" / "images")


def measure(options: argparse.Namespace, accounts: int) -> dict[str, Any]:
    """All runs of one size, and the comparisons."""
    work: Path = options.work / str(accounts)
    company, exports, home = work / "company", work / "exports", work / "home"
    for folder in (exports, home):
        shutil.rmtree(folder, ignore_errors=True)
    rows = generate(company, accounts)
    project = project_with_history(work / "project", options.history_days)
    machine, limit = machine_now(), options.memory_limit
    first, next_day = FULL, FULL + timedelta(1)
    export(company, exports, next_day, first)
    sources = write_sources(company, exports)
    case: dict[str, Any] = {
        "accounts": accounts, "rows_in_files": rows, "machine": machine, "memory_limit": limit,
        "history_days": options.history_days, "duckdb": duckdb.__version__,
    }  # fmt: skip

    statements = work / "statements.jsonl" if options.plain_only else None
    full = run(home, sources, first, limit, project, statements=statements)
    case["full"] = full.as_dict() | _sizes(home)
    case["full"]["rows_per_second"] = round(rows / full.wall_seconds)
    print(f"{accounts:,} accounts: full build {full.wall_seconds:.0f} s", flush=True)
    if options.compare:
        built = home / "warehouse" / "warehouse.duckdb"
        case["full"]["compared"] = _compare(work, built, project, first, full, limit, True)

    _write(case)
    if statements:
        case["full"]["compared"] = _plain_only(home, work, statements, full, limit)
    _write(case)

    export(company, exports, next_day, next_day)
    before = work / "before" / "warehouse.duckdb"
    if options.compare:
        _copy_warehouse(home / "warehouse" / "warehouse.duckdb", before)
    day = run(home, sources, next_day, limit, project)
    case["day"] = day.as_dict() | {"of_full_build": ratio(day.cpu_seconds, full.cpu_seconds)}
    print(f"{accounts:,} accounts: one more day {day.wall_seconds:.0f} s", flush=True)
    if options.compare:
        _land(sources, before, next_day)
        case["day"]["compared"] = _compare(work, before, project, next_day, day, limit, False)
        shutil.rmtree(before.parent)

    _write(case)
    if options.again:
        case["again"] = run(home, sources, next_day, limit, project, "--again").as_dict()
    case["unchanged"] = run(home, sources, next_day, limit, project).as_dict()
    if options.backfill:
        export(company, exports, next_day, END)
        month = run(home, sources, END, limit, project)
        case["backfill"] = month.as_dict() | {"days": (END - next_day).days}
    if options.compare and rows <= PANDAS_EVENTS:
        case["pandas"] = _pandas(work, home, END if options.backfill else next_day)
    if not options.keep:
        shutil.rmtree(home)
        shutil.rmtree(exports)
    return case


def _compare(
    work: Path, start: Path, project: Path, day: date, ours: Run, limit: str, full_refresh: bool
) -> dict[str, Any]:
    """A bare `dbt build` and its SQL without dbt, each on a copy of the warehouse `start`."""
    copy = work / "copy" / "warehouse.duckdb"
    statements = work / "statements.jsonl"
    environment = {
        **os.environ, "CSOPS_WAREHOUSE": str(copy), "CSOPS_MEMORY_LIMIT": limit,
        "DO_NOT_TRACK": "1",
    }  # fmt: skip
    itself = [sys.executable, "-m", "benchmarks.plain"]
    build = _dbt_build(work, project, day, full_refresh)
    places = build[build.index("--project-dir") :]
    parse = ["parse", *(one for one in places if one != "--full-refresh")]
    measured([*itself, "record", str(statements), *parse], environment)
    _copy_warehouse(start, copy)
    bare = measured([*itself, "record", str(statements), *build], environment)
    _copy_warehouse(start, copy)
    compared = _replayed(work, copy, statements, ours, limit)
    shutil.rmtree(copy.parent)
    return compared | {
        "bare_dbt": asdict(bare),
        "run_to_bare_dbt": _ratios(ours.wall_seconds, ours.cpu_seconds, bare),
    }


def _plain_only(home: Path, work: Path, statements: Path, ours: Run, limit: str) -> dict[str, Any]:
    """The SQL that the run itself executed, on what its models were made of."""
    copy = work / "copy" / "warehouse.duckdb"
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir(parents=True)
    built = home / "warehouse" / "warehouse.duckdb"
    command = [
        *(sys.executable, "-m", "benchmarks.plain", "begin", str(statements)),
        *("--warehouse", str(built), "--copy", str(copy), "--memory-limit", limit),
    ]
    subprocess.run(command, check=True, cwd=ROOT)
    compared = _replayed(work, copy, statements, ours, limit)
    shutil.rmtree(copy.parent)
    return compared


def _replayed(work: Path, copy: Path, statements: Path, ours: Run, limit: str) -> dict[str, Any]:
    """The statements in plain DuckDB on the copy, and how the run stands to them."""
    out = work / "plain.json"
    command = [
        *(sys.executable, "-m", "benchmarks.plain", "replay", str(statements)),
        *("--warehouse", str(copy), "--out", str(out), "--memory-limit", limit),
    ]
    plain = measured(command, dict(os.environ))
    of_plain = json.loads(out.read_text(encoding="utf-8"))
    wall, cpu = ours.of(*DBT_STAGES)
    return {
        "dbt_stages": {"wall_seconds": round(wall, 1), "cpu_seconds": round(cpu, 1)},
        "plain": asdict(plain)
        | {
            "models_seconds": round(sum(of_plain["models"].values()), 1),
            "tests_seconds": of_plain["tests_seconds"],
            "nodes": of_plain["nodes"],
        },
        "dbt_stages_to_plain": _ratios(wall, cpu, plain),
        "run_to_plain": _ratios(ours.wall_seconds, ours.cpu_seconds, plain),
        "slowest_models": dict(sorted(of_plain["models"].items(), key=lambda one: -one[1])[:15]),
    }


def _ratios(wall: float, cpu: float, other: Measured) -> dict[str, float | None]:
    return {"wall": ratio(wall, other.wall_seconds), "cpu": ratio(cpu, other.cpu_seconds)}


def _dbt_build(work: Path, project: Path, day: date, full_refresh: bool) -> list[str]:
    """What a person would type to build the same models and tests."""
    sources = yaml.safe_load((work / "exports" / "sources.yml").read_text(encoding="utf-8"))
    variables = {
        "as_of_date": day.isoformat(),
        "systems": sorted(sources["systems"]),
        "reporting_currency": "USD",
    }
    return [
        *("build", "--exclude-resource-type", "unit_test"),
        *("--project-dir", str(project / "dbt_project")),
        *("--profiles-dir", str(project / "dbt_project")),
        *("--target-path", str(work / "bare"), "--log-path", str(work / "bare")),
        *("--vars", json.dumps(variables)),
        *(["--full-refresh"] if full_refresh else []),
    ]


def _land(sources: Path, warehouse: Path, day: date) -> None:
    """The day's new files into a warehouse, so that dbt finds what the run's own dbt found."""
    command = [
        *(sys.executable, "-m", "orchestration.ingestion.land", "--sources", str(sources)),
        *("--warehouse", str(warehouse), "--as-of", day.isoformat()),
    ]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def _pandas(work: Path, home: Path, day: date) -> dict[str, Any]:
    """The usage of the last 118 days in pandas, and the same models' seconds in DuckDB."""
    out = work / "pandas.json"
    command = [
        *(sys.executable, "-m", "benchmarks.usage_in_pandas", "--day", day.isoformat()),
        *("--warehouse", str(home / "warehouse" / "warehouse.duckdb"), "--out", str(out)),
    ]
    taken = measured(command, dict(os.environ))
    return asdict(taken) | json.loads(out.read_text(encoding="utf-8"))


def _copy_warehouse(warehouse: Path, copy: Path) -> None:
    """A copy under the same file name, which compiled SQL speaks of."""
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir(parents=True)
    shutil.copy(warehouse, copy)


def _sizes(home: Path) -> dict[str, Any]:
    warehouse = home / "warehouse" / "warehouse.duckdb"
    current = (home / "published" / "current.duckdb").resolve()
    site = [file for file in (home / "site").resolve().rglob("*") if file.is_file()]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        ((events,),) = connection.execute("select count(*) from conformed.usage_events").fetchall()
        ((marts, rows),) = connection.execute(
            "select count(*), sum(estimated_size) from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
    return {
        "usage_events": events,
        "marts": marts,
        "mart_rows": int(rows),
        "warehouse_gb": round(warehouse.stat().st_size / 1e9, 2),
        "published_gb": round(current.stat().st_size / 1e9, 2),
        "site_mb": round(sum(file.stat().st_size for file in site) / 1e6, 1),
        "site_pages": sum(file.suffix == ".html" for file in site),
    }


def _write(case: dict[str, Any]) -> Path:
    """Into the day's results, in the place of an earlier case of the same size and history."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{date.today().isoformat()}-main-job.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"cases": []}
    key = (case["accounts"], case["history_days"], case["memory_limit"])
    others = [
        one
        for one in known["cases"]
        if (one["accounts"], one["history_days"], one["memory_limit"]) != key
    ]
    cases = sorted([*others, case], key=lambda one: (one["accounts"], one["memory_limit"]))
    file.write_text(json.dumps({"cases": cases}, indent=2) + "\n", encoding="utf-8")
    return file


def show(case: dict[str, Any]) -> None:
    """One size as a table on the screen."""
    full = case["full"]
    print(f"\n{case['accounts']:,} accounts, {full['usage_events']:,} usage events, "
          f"{full['mart_rows']:,} mart rows, {full['warehouse_gb']} GB")  # fmt: skip
    names = [name for name in ("full", "day", "again", "unchanged", "backfill") if name in case]
    print(f"  {'':<10}" + "".join(f"{name:>30}" for name in names))
    stages = [stage["stage"] for stage in case["full"]["stages"]]
    for stage in [*stages, "run"]:
        cells = (_cell(case[name], stage) for name in names)
        print(f"  {stage:<10}" + "".join(f"{cell:>30}" for cell in cells))
    for name in ("full", "day"):
        if compared := case[name].get("compared"):
            for what in ("dbt_stages_to_plain", "run_to_plain", "run_to_bare_dbt"):
                if not (found := compared.get(what)):
                    continue
                words = what.replace("_to_", " to ").replace("_", " ")
                print(f"  {name}: {words} {found['wall']} wall, {found['cpu']} CPU")
    print(f"  one more day is {case['day']['of_full_build']} of the full build (CPU)", flush=True)


def _cell(found: dict[str, Any], stage: str) -> str:
    if stage == "run":
        one = found
    else:
        one = next((one for one in found["stages"] if one["stage"] == stage), None)
    if one is None:
        return "-"
    return f"{one['wall_seconds']:.1f} s {one['cpu_seconds']:.1f} CPU {one['peak_mb']:.0f} MB"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument(
        "--accounts",
        type=_numbers,
        default=[1_000],
        help="sizes, such as 1000,10000 (default 1000)",
    )
    parser.add_argument("--history-days", type=int, help="days of daily history of the full build")
    parser.add_argument("--memory-limit", default="4GB", help="DuckDB's (default 4GB)")
    parser.add_argument("--work", type=Path, default=ROOT / ".benchmark" / "main-job")
    parser.add_argument("--no-compare", dest="compare", action="store_false",
                        help="only the runs, nothing beside them")  # fmt: skip
    parser.add_argument("--plain-only", action="store_true",
                        help="of the full build, without a bare dbt build")  # fmt: skip
    parser.add_argument("--no-again", dest="again", action="store_false",
                        help="without the day done once more")  # fmt: skip
    parser.add_argument("--no-backfill", dest="backfill", action="store_false")
    parser.add_argument("--keep", action="store_true", help="leave homes and exports")
    options = parser.parse_args()
    options.compare = options.compare and not options.plain_only
    return options


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
