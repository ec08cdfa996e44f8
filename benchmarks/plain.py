"""The limit: every statement that a `dbt build` executes, by DuckDB and nothing else.

    python -m benchmarks.plain record STATEMENTS build --project-dir …      # a dbt build, measured
    python -m benchmarks.plain replay STATEMENTS --warehouse COPY --out SECONDS

`record` is a bare dbt that also writes down its SQL by node. `replay` executes the same tables,
inserts, deletes and tests, node after node in the order in which dbt began them, on a copy of the
warehouse that dbt began with. Seeds, and questions to the catalogue, are left out.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

COMMENT = re.compile(r"^\s*/\*.*?\*/\s*", re.DOTALL)
CATALOGUE = re.compile(
    r"information_schema|duckdb_\w+\(\)|pragma|^\s*(begin|commit|rollback)", re.I
)


def main() -> None:
    """Record or replay, as the command line says."""
    if sys.argv[1] == "record":
        record(Path(sys.argv[2]), sys.argv[3:])
    else:
        replay(_options())


def record(statements: Path, command: list[str]) -> None:
    """Run one dbt command and write its SQL; leaves with 1 when dbt failed."""
    from dbt.cli.main import dbtRunner

    executed: list[str] = []  # two threads append to it

    def keep(event: Any) -> None:
        if event.info.name == "SQLQuery":
            node = event.data.node_info.unique_id
            executed.append(json.dumps({"node": node, "sql": event.data.sql}) + "\n")

    quiet = ("--quiet", "--log-level-file", "none")
    succeeded = dbtRunner(callbacks=[keep]).invoke([*quiet, *command]).success
    statements.write_text("".join(executed), encoding="utf-8")
    sys.exit(0 if succeeded else 1)


def replay(options: argparse.Namespace) -> None:
    """Execute what was recorded and write the seconds of each model, and of all tests."""
    by_node: dict[str, list[str]] = defaultdict(list)
    for line in options.statements.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        sql = COMMENT.sub("", found["sql"])
        if found["node"].startswith(("model.", "test.")) and not CATALOGUE.search(sql[:2000]):
            by_node[found["node"]].append(sql)
    models: dict[str, float] = {}
    tests = 0.0
    with duckdb.connect(str(options.warehouse)) as connection:
        connection.execute(f"set threads = 2; set memory_limit = '{options.memory_limit}'")
        connection.execute("set timezone = 'UTC'")
        for node, statements in by_node.items():
            started = time.perf_counter()
            for sql in statements:
                connection.execute(sql).fetchall()
            seconds = time.perf_counter() - started
            if node.startswith("test."):
                tests += seconds
            else:
                models[node.split(".")[2]] = round(seconds, 3)
    found = {"models": models, "tests_seconds": round(tests, 2), "nodes": len(by_node)}
    options.out.write_text(json.dumps(found), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.plain replay")
    parser.add_argument("statements", type=Path)
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--memory-limit", default="4GB")
    return parser.parse_args(sys.argv[2:])


if __name__ == "__main__":
    main()
