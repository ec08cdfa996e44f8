"""How long the revenue models take on a large company, under dbt and as plain SQL in DuckDB.

    python -m benchmarks.revenue --accounts 100000

Item history is made straight in the contract tables. Each side runs in a process of its own with
two threads and a memory limit; wall time, CPU time and peak memory are those of that process.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.machine import PROJECT, RESULTS, ROOT, machine_now, measured
from benchmarks.revenue_company import count, make_company

AS_OF = date(2026, 6, 30)
MEMORY_LIMIT = "3GB"
MODELS = (
    "csops.intermediate.core",
    "csops.intermediate.revenue",
    "csops.marts.revenue",
    "dim_dates",
)


def main() -> None:
    """Make the company, measure both sides, print the table and write it to benchmarks/results."""
    options = _options()
    home: Path = options.home
    if options.plain:
        run_plain(home)
        return
    shutil.rmtree(home, ignore_errors=True)
    (home / "dbt").mkdir(parents=True)
    (home / "plain").mkdir()
    warehouse = home / "dbt" / "warehouse.duckdb"
    machine = machine_now()
    rows = make_company(warehouse, options.accounts, options.months, AS_OF)
    environment = {**os.environ, "CSOPS_WAREHOUSE": str(warehouse),
                   "CSOPS_MEMORY_LIMIT": MEMORY_LIMIT, "DO_NOT_TRACK": "1"}  # fmt: skip
    measured(dbt(home, "seed"), environment)
    shutil.copy(warehouse, home / "plain" / "warehouse.duckdb")
    under_dbt = measured(dbt(home, "run", "--select", *MODELS), environment)
    of_models = model_seconds(home)
    itself = [sys.executable, "-m", "benchmarks.revenue", "--plain", "--home", str(home)]
    plain = measured(itself, environment)
    of_plain = json.loads((home / "plain.json").read_text(encoding="utf-8"))
    result = {
        "date": date.today().isoformat(),
        "machine": machine,
        "duckdb": duckdb.__version__,
        "threads": 2,
        "memory_limit": MEMORY_LIMIT,
        "accounts": options.accounts,
        "months": options.months,
        "rows": rows | built_rows(warehouse),
        "dbt": asdict(under_dbt),
        "plain_duckdb": asdict(plain),
        "dbt_models_seconds": round(sum(of_models.values()), 2),
        "plain_models_seconds": round(sum(of_plain.values()), 2),
        "ratio_wall": round(under_dbt.wall_seconds / plain.wall_seconds, 2),
        "ratio_cpu": round(under_dbt.cpu_seconds / plain.cpu_seconds, 2),
        "seconds_by_model": {
            name: {"dbt": seconds, "plain": of_plain.get(name)}
            for name, seconds in sorted(of_models.items(), key=lambda item: -item[1])
        },
    }
    show(result)
    if options.write:
        RESULTS.mkdir(exist_ok=True)
        file = RESULTS / f"{result['date']}-revenue.json"
        file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--home", type=Path, default=ROOT / ".benchmark" / "revenue")
    parser.add_argument("--no-write", dest="write", action="store_false")
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def dbt(home: Path, *command: str) -> list[str]:
    """A dbt command line for the benchmark's home."""
    variables = json.dumps({"as_of_date": AS_OF.isoformat(), "systems": []})
    return [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", *command,
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
        "--vars", variables,
    ]  # fmt: skip


def model_seconds(home: Path) -> dict[str, float]:
    """Model to the seconds that dbt took for it."""
    results = json.loads((home / "target" / "run_results.json").read_text(encoding="utf-8"))
    return {
        one["unique_id"].split(".")[2]: round(one["execution_time"], 2)
        for one in results["results"]
    }


def run_plain(home: Path) -> None:
    """The compiled SQL of the models that dbt ran, in order, as plain `create table … as`."""
    target = home / "target"
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    ran = set(model_seconds(home))
    seconds: dict[str, float] = {}
    with duckdb.connect(str(home / "plain" / "warehouse.duckdb")) as connection:
        connection.execute(f"set threads = 2; set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("set timezone = 'UTC'")
        for name in in_order(nodes, ran):
            node = next(one for one in nodes.values() if one["name"] == name)
            folder = target / "compiled" / "csops"
            sql = node.get("compiled_code") or (folder / node["original_file_path"]).read_text()
            connection.execute(f"create schema if not exists {node['schema']}")
            started = time.perf_counter()
            kind = "view" if node["config"]["materialized"] == "view" else "table"
            connection.execute(f"create {kind} {node['schema']}.{name} as ({sql}\n)")
            seconds[name] = round(time.perf_counter() - started, 2)
    (home / "plain.json").write_text(json.dumps(seconds), encoding="utf-8")


def in_order(nodes: dict[str, dict], wanted: set[str]) -> list[str]:
    """The wanted models, each after those that it reads."""
    needs = {
        node["name"]: {key.split(".")[2] for key in node["depends_on"]["nodes"]} & wanted
        for node in nodes.values()
        if node["name"] in wanted and node["resource_type"] == "model"
    }
    ordered: list[str] = []
    while needs:
        ready = sorted(name for name, of in needs.items() if of <= set(ordered))
        ordered += ready
        for name in ready:
            del needs[name]
    return ordered


def built_rows(warehouse: Path) -> dict[str, int]:
    """Rows of the marts that were built."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
        ).fetchall()
        return {name: count(connection, f"marts.{name}") for (name,) in names}


def show(result: dict) -> None:
    """The result as a few lines on the screen."""
    print(f"{result['accounts']:,} accounts x {result['months']} months")
    for name, rows in result["rows"].items():
        print(f"  {name:<36} {rows:>12,} rows")
    for side in ("dbt", "plain_duckdb"):
        found = result[side]
        print(f"{side:<14} {found['wall_seconds']:>8.1f} s wall {found['cpu_seconds']:>8.1f} s CPU "
              f"{found['peak_mb']:>8,.0f} MB")  # fmt: skip
    print(f"models alone: dbt {result['dbt_models_seconds']} s, "
          f"plain {result['plain_models_seconds']} s; ratio {result['ratio_wall']} wall, "
          f"{result['ratio_cpu']} CPU")  # fmt: skip
    for name, seconds in list(result["seconds_by_model"].items())[:12]:
        print(f"  {name:<36} {seconds['dbt']:>8} s {seconds['plain']:>8} s")


if __name__ == "__main__":
    main()
