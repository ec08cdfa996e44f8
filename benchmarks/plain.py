"""The limit: the SQL that dbt compiled, in dependency order, by DuckDB and nothing else.

    python -m benchmarks.plain --target HOME/dbt --warehouse COPY/warehouse.duckdb --out seconds.json

Works on a copy of a finished warehouse. Tables are made by `create table … as`; with
`--newest-before DAY` the daily tables first lose what came after that day and get it appended
again. The SQL of the tests is executed too and timed apart. The copy must have the file name of the
warehouse, because compiled SQL names the database.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

DAY_COLUMNS = re.compile(r"forget_days\((?:'(?P<column>\w+)')?(?:, lookback='(?P<lookback>\w+)')?")


def main() -> None:
    """Execute everything once; writes the seconds of each model and of the tests."""
    options = _options()
    nodes = json.loads((options.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    seconds: dict[str, float] = {}
    tests = 0.0
    with duckdb.connect(str(options.warehouse)) as connection:
        connection.execute(f"set threads = 2; set memory_limit = '{options.memory_limit}'")
        connection.execute("set timezone = 'UTC'; set preserve_insertion_order = true")
        lookback = _lookback(connection)
        for node in in_order(nodes):
            file = compiled_file(options.target, node)
            if file is None:
                continue
            sql = file.read_text(encoding="utf-8")
            started = time.perf_counter()
            if node["resource_type"] == "test":
                connection.execute(f"select count(*) from ({sql}\n)").fetchall()
                tests += time.perf_counter() - started
            else:
                _make(connection, node, sql, options.newest_before, lookback)
                seconds[node["name"]] = round(time.perf_counter() - started, 3)
    options.out.write_text(
        json.dumps({"models": seconds, "tests_seconds": round(tests, 2)}), encoding="utf-8"
    )


def compiled_file(target: Path, node: dict[str, Any]) -> Path | None:
    """Where dbt put a node's SQL; None when it never ran (a disabled system's models)."""
    file = target / "compiled" / "csops" / node["original_file_path"]
    if file.suffix in (".yml", ".yaml"):
        file /= node["path"]
    return file if file.is_file() else None


def in_order(nodes: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Models and tests, each after the models that it reads."""
    wanted = {key: one for key, one in nodes.items() if one["resource_type"] in ("model", "test")}
    done: set[str] = set()
    while wanted:
        ready = [
            key
            for key, node in wanted.items()
            if not any(other in wanted for other in node["depends_on"]["nodes"])
        ]
        for key in sorted(ready):
            yield wanted[key]
        done.update(ready)
        for key in ready:
            del wanted[key]


def _make(
    connection: duckdb.DuckDBPyConnection,
    node: dict[str, Any],
    sql: str,
    newest_before: date | None,
    lookback: int,
) -> None:
    place, kind = f"{node['schema']}.{node['alias']}", node["config"]["materialized"]
    connection.execute(f"create schema if not exists {node['schema']}")
    if kind == "view":
        connection.execute(f"create or replace view {place} as ({sql}\n)")
    elif kind == "incremental" and newest_before:
        _append(connection, node, place, sql, newest_before, lookback)
    else:
        connection.execute(f"create or replace table {place} as ({sql}\n)")


def _append(
    connection: duckdb.DuckDBPyConnection,
    node: dict[str, Any],
    place: str,
    sql: str,
    newest_before: date,
    lookback: int,
) -> None:
    """Take away what came after a day and append it again, or replace rows by their key."""
    hooks = " ".join(hook["sql"] for hook in node["config"]["pre-hook"])
    if node["config"].get("unique_key"):
        keys = node["config"]["unique_key"]
        keys = ", ".join([keys] if isinstance(keys, str) else keys)
        connection.execute(f"create or replace temp table appended as ({sql}\n)")
        connection.execute(f"delete from {place} where ({keys}) in (select {keys} from appended)")
        connection.execute(f"insert into {place} by name select * from appended")
        return
    found = DAY_COLUMNS.search(hooks)
    column = "snapshot_date" if found is None else found["column"] or "date_day"
    days = lookback if found is not None and found["lookback"] else 0
    kept = newest_before - timedelta(days)
    connection.execute(f"delete from {place} where {column} > date '{kept}'")
    connection.execute(f"insert into {place} by name ({sql}\n)")


def _lookback(connection: duckdb.DuckDBPyConnection) -> int:
    ((days,),) = connection.execute(
        "select cast(setting_value as int) from reference.health_settings "
        "where setting_id = 'usage_lookback_days'"
    ).fetchall()
    return int(days)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--newest-before", type=date.fromisoformat)
    parser.add_argument("--memory-limit", default="4GB")
    return parser.parse_args()


if __name__ == "__main__":
    main()
