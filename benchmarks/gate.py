"""What the gate costs beside the same checks written by hand in SQL.

    python -m benchmarks.gate --home .csops --rows 20000000

The accounts of a finished home are copied until the table that the gate asks for renewal date, ARR
and segment has so many rows. Then the suite runs as in the job (Great Expectations, the keys of
what fails, the ARR at stake), and one query for each of its checks, which counts what fails and
fetches no keys. Each side is a process of its own with two threads and the same memory limit.
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

from benchmarks.machine import RESULTS, ROOT, machine_now, measured, ratio

SUITE = "account_required_fields"
MEMORY_LIMIT = "4GB"
BY_HAND = {
    "renewal date": "select count(*) from {table} "
    "where needs_renewal_date and renewal_date is null",
    "arr": "select count(*) from {table} where crm_arr_local is null",
    "arr against billing": "select count(*) from {table} as accounts "
    "inner join conformed.quality_policy_in_force as policy "
    "on policy.rule_id = 'arr_billing_mismatch' where accounts.crm_arr >= 0 and "
    "abs(accounts.crm_arr - accounts.billing_arr) > policy.tolerance * abs(accounts.billing_arr)",
    "segment": "select count(*) from {table} where segment_label is null",
    "segment in the list": "select count(*) from {table} "
    "where segment_label is not null and segment is null",
    "currency has a rate": "select count(*) from {table} as accounts "
    "inner join conformed.crm_accounts as crm on accounts.account_id = crm.account_id "
    "left join intermediate.int_plan_fx_rates as rates on crm.currency = rates.currency "
    "where crm.currency is not null and rates.plan_rate is null",
    "one row per account": "select count(*) from (select account_id from {table} "
    "group by account_id having count(*) > 1)",
}


def main() -> None:
    """Make the large table, measure both sides, print and write the result."""
    options = _options()
    if options.side:
        _run_side(options.side, options.work)
        return
    machine = machine_now()
    rows, checks = _enlarge(options.home, options.work, options.rows)
    command = [sys.executable, "-m", "benchmarks.gate", "--work", str(options.work), "--side"]
    sides = {
        side: measured([*command, side], dict(os.environ)) for side in ("import", "sql", "gate")
    }
    took = {
        side: json.loads((options.work / f"{side}.json").read_text(encoding="utf-8"))
        for side in ("sql", "gate")
    }
    result = {
        "date": date.today().isoformat(),
        "machine": machine,
        "duckdb": duckdb.__version__,
        "memory_limit": MEMORY_LIMIT,
        "rows": rows,
        "checks": checks,
        "checks_only": took,
        "ratio_wall": ratio(took["gate"]["wall_seconds"], took["sql"]["wall_seconds"]),
        "ratio_cpu": ratio(took["gate"]["cpu_seconds"], took["sql"]["cpu_seconds"]),
        "processes": {side: asdict(found) for side, found in sides.items()},
    }
    text = json.dumps(result, indent=2)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{result['date']}-gate.json").write_text(text + "\n", encoding="utf-8")
    print(text)
    shutil.rmtree(options.work)


def _enlarge(home: Path, work: Path, rows: int) -> tuple[int, int]:
    """A copy of the warehouse whose accounts are there many times over, with ids of their own."""
    from expectations.suites import load_suites

    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    large = work / "warehouse.duckdb"
    shutil.copy(home / "warehouse" / "warehouse.duckdb", large)
    (suite,) = [one for one in load_suites("conformed") if one.name == SUITE]
    with duckdb.connect(str(large)) as connection:
        connection.execute(f"set threads = 2; set memory_limit = '{MEMORY_LIMIT}'")
        [(own,)] = connection.execute(f"select count(*) from {suite.table}").fetchall()
        copies = -(-rows // own)
        for table in (suite.table, "conformed.crm_accounts"):
            connection.execute(
                f"create or replace table {table} as select * replace (case when copy = 0 then "
                f"account_id else account_id || '-' || copy end as account_id) from {table} "
                f"cross join range({copies if table == suite.table else 1}) as copies (copy)"
            )
        made = own * copies
    if len(BY_HAND) != len(suite.expectations):
        raise RuntimeError(f"{SUITE} has {len(suite.expectations)} checks, not {len(BY_HAND)}")
    return made, len(suite.expectations)


def _run_side(side: str, work: Path) -> None:
    from expectations.engine import load
    from expectations.suites import load_suites
    from expectations.validation import validate_suites

    os.environ["CSOPS_MEMORY_LIMIT"] = MEMORY_LIMIT
    if side != "sql":
        load()
    if side == "import":
        return
    warehouse = work / "warehouse.duckdb"
    (suite,) = [one for one in load_suites("conformed") if one.name == SUITE]
    started, cpu = time.perf_counter(), time.process_time()
    if side == "gate":
        (result,) = validate_suites(warehouse, "conformed", [suite])
        failing = [check.unexpected_count for check in result.checks]
    else:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            connection.execute(f"set threads = 2; set memory_limit = '{MEMORY_LIMIT}'")
            queries = [query.format(table=suite.table) for query in BY_HAND.values()]
            failing = [connection.execute(query).fetchall()[0][0] for query in queries]
    found = {
        "wall_seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "failing_rows": failing,
    }
    (work / f"{side}.json").write_text(json.dumps(found), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=ROOT / ".csops", help="a finished home")
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--work", type=Path, default=ROOT / ".benchmark" / "gate")
    parser.add_argument("--side", choices=("import", "sql", "gate"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
