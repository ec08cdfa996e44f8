"""What one more day of health costs on a large company, under dbt and as plain SQL in DuckDB.

    python -m benchmarks.health --cases 10000:30 10000:360 100000:0 100000:30

The company is the sample company many times over, with the history that daily runs would have left
by the evening before. For each case (accounts:days) the day is built by dbt in a process of its own
with two threads and a memory limit, then taken away and built again by the same compiled SQL
without dbt. The rows of the first copy have to be those of the sample company. With 0 days of
history there is only what the new day reads, which is made in a fraction of the time.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.health_company import DAY_COLUMNS, PROJECT, make_sample, multiply
from benchmarks.machine import RESULTS, ROOT, measured
from benchmarks.revenue import in_order, model_seconds

AS_OF = date(2026, 6, 30)
MEMORY_LIMIT = "4GB"
MODELS = ("csops.intermediate.usage", "csops.intermediate.health", "csops.marts.health")
NOT_MEASURED = "source:churn_risk+"
CASES = [(10_000, 30), (10_000, 360), (100_000, 0)]
COMPARED = (
    "fct_account_health_daily", "fct_account_health_inputs_daily", "fct_account_health_changes",
)  # fmt: skip


def main() -> None:
    """Make the companies, build their day on both sides, print the table and write it down."""
    options = _options()
    if options.plain:
        run_plain(options.home)
        return
    shutil.rmtree(options.home, ignore_errors=True)
    options.home.mkdir(parents=True)
    sample = options.sample or make_sample(options.home, AS_OF)
    result = {
        "date": date.today().isoformat(),
        "duckdb": duckdb.__version__,
        "threads": 2,
        "memory_limit": MEMORY_LIMIT,
        "cases": [],
    }
    for accounts, history_days in options.cases:
        home = options.home / f"{accounts}-{history_days}"
        case = one_more_day_after(home, sample, accounts, history_days)
        result["cases"].append(case)
        show(case)
        if options.write:
            file = RESULTS / f"{result['date']}-health.json"
            file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def one_more_day_after(
    home: Path, sample: Path, accounts: int, history_days: int
) -> dict[str, Any]:
    """The as-of day after so many days of history: what it took, and the rows before it."""
    home.mkdir(parents=True)
    warehouse = home / "warehouse.duckdb"
    environment = {**os.environ, "CSOPS_WAREHOUSE": str(warehouse),
                   "CSOPS_MEMORY_LIMIT": MEMORY_LIMIT, "DO_NOT_TRACK": "1"}  # fmt: skip
    measured(dbt(home, "parse"), environment)
    manifest = home.parent / "target" / "manifest.json"
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    ours = [node for node in nodes.values() if is_measured(node)]
    grown = {node["name"] for node in ours if node["config"]["materialized"] == "incremental"}
    needed = {key.split(".")[2] for node in ours for key in node["depends_on"]["nodes"]}
    rows = multiply(sample, warehouse, grown, needed - {node["name"] for node in ours},
                    accounts=accounts, history_days=history_days, as_of=AS_OF)  # fmt: skip
    found = one_more_day(home, sample, environment)
    warehouse.unlink()
    return {"accounts": accounts, "history_days": history_days,
            "usage_events": rows["usage_events"], **found, "rows_before": rows}  # fmt: skip


def one_more_day(home: Path, sample: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Build the as-of day under dbt and then by hand; seconds, memory and their ratio."""
    warehouse = home / "warehouse.duckdb"
    run = dbt(home, "run", "--select", *MODELS, "--exclude", NOT_MEASURED)
    under_dbt = measured(run, environment)
    assert_rows_of_the_sample(sample, warehouse)
    of_models = model_seconds(home.parent)
    itself = [sys.executable, "-m", "benchmarks.health", "--plain", "--home", str(home)]
    plain = measured(itself, environment)
    of_plain = json.loads((home / "plain.json").read_text(encoding="utf-8"))
    return {
        "warehouse_gb": round(warehouse.stat().st_size / 1e9, 1),
        "dbt": asdict(under_dbt),
        "plain_duckdb": asdict(plain),
        "ratio_wall": round(under_dbt.wall_seconds / plain.wall_seconds, 2),
        "ratio_cpu": round(under_dbt.cpu_seconds / plain.cpu_seconds, 2),
        "seconds_by_model": {
            name: {"dbt": seconds, "plain": of_plain.get(name)}
            for name, seconds in sorted(of_models.items(), key=lambda item: -item[1])
        },
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=_case, nargs="+", default=CASES)
    parser.add_argument("--home", type=Path, default=ROOT / ".benchmark" / "health")
    parser.add_argument("--sample", type=Path, help="a built warehouse of the sample company")
    parser.add_argument("--no-write", dest="write", action="store_false")
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def _case(text: str) -> tuple[int, int]:
    accounts, days = text.split(":")
    return int(accounts), int(days)


def dbt(home: Path, *command: str) -> list[str]:
    """A dbt command line for one benchmark home; the contract tables are already there."""
    variables = json.dumps({"as_of_date": AS_OF.isoformat(), "systems": []})
    return [
        sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", *command,
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(home.parent / "target"), "--log-path", str(home.parent / "logs"),
        "--vars", variables,
    ]  # fmt: skip


def is_measured(node: dict) -> bool:
    """Whether a node of the manifest is one of the models whose day is measured."""
    if node["resource_type"] != "model" or not ".".join(node["fqn"]).startswith(MODELS):
        return False
    return not any(".churn_risk." in key for key in node["depends_on"]["nodes"])


def assert_rows_of_the_sample(sample: Path, warehouse: Path) -> None:
    """The first copy's new day is the sample company's, row for row; raises RuntimeError."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample}' as sample (read_only)")
        connection.execute(f"attach '{warehouse}' as large (read_only)")
        for mart in COMPARED:
            # a history of a month knows no score of 90 days before
            columns = "* exclude (score_change_90d)" if mart.endswith("health_daily") else "*"
            ours, theirs = (
                f"select {columns} from {name}.marts.{mart} where date_day = date '{AS_OF}' "
                f"and account_id in (select account_id from sample.conformed.crm_accounts)"
                for name in ("sample", "large")
            )
            ((rows, others),) = connection.execute(
                f"select (select count(*) from ({ours})), count(*) from "
                f"(({ours} except {theirs}) union all ({theirs} except {ours}))"
            ).fetchall()
            if not rows or others:
                raise RuntimeError(f"{mart}: {others} of {rows} rows differ from the sample's")


def run_plain(home: Path) -> None:
    """The day once more: what dbt appended is taken away, then its compiled SQL runs alone."""
    nodes = json.loads((home.parent / "target" / "manifest.json").read_text(encoding="utf-8"))[
        "nodes"
    ]
    ran = set(model_seconds(home.parent))
    seconds: dict[str, float] = {}
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(f"set threads = 2; set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("set timezone = 'UTC'")
        ((lookback,),) = connection.execute(
            "select cast(setting_value as int) from reference.health_settings "
            "where setting_id = 'usage_lookback_days'"
        ).fetchall()
        for name in in_order(nodes, ran):
            node = next(one for one in nodes.values() if one["name"] == name)
            place = f"{node['schema']}.{name}"
            kind = node["config"]["materialized"]
            if kind == "view":
                continue
            sql = (
                home.parent / "target" / "compiled" / "csops" / node["original_file_path"]
            ).read_text()
            started = time.perf_counter()
            if kind == "incremental":
                columns = {name for (name,) in connection.execute(
                    "select column_name from duckdb_columns() where table_name = ?", [name]
                ).fetchall()}  # fmt: skip
                day = next(column for column in DAY_COLUMNS if column in columns)
                kept = AS_OF - timedelta(lookback if day == "known_date" else 1)
                connection.execute(f"delete from {place} where {day} > date '{kept}'")
                connection.execute(f"insert into {place} by name ({sql}\n)")
            else:
                connection.execute(f"create or replace table {place} as ({sql}\n)")
            seconds[name] = round(time.perf_counter() - started, 2)
    (home / "plain.json").write_text(json.dumps(seconds), encoding="utf-8")


def show(case: dict[str, Any]) -> None:
    """One case as a few lines on the screen."""
    print(f"{case['accounts']:,} accounts, {case['history_days']} days of history, "
          f"{case['usage_events']:,} usage events, {case['warehouse_gb']} GB")  # fmt: skip
    for side in ("dbt", "plain_duckdb"):
        found = case[side]
        print(f"  {side:<14} {found['wall_seconds']:>8.1f} s wall {found['cpu_seconds']:>8.1f} "
              f"s CPU {found['peak_mb']:>8,.0f} MB")  # fmt: skip
    print(f"  ratio {case['ratio_wall']} wall, {case['ratio_cpu']} CPU", flush=True)
    for name, seconds in list(case["seconds_by_model"].items())[:14]:
        print(f"    {name:<36} {seconds['dbt']:>8} s {seconds['plain'] or 0:>8} s", flush=True)


if __name__ == "__main__":
    main()
