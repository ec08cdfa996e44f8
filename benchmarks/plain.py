"""The limit: every statement that a `dbt build` executes, by DuckDB and nothing else.

    python -m benchmarks.plain record STATEMENTS build --project-dir …      # a dbt build, measured
    python -m benchmarks.plain csops STATEMENTS run --home …                # a csops run, measured
    python -m benchmarks.plain begin STATEMENTS --warehouse BUILT --copy COPY
    python -m benchmarks.plain replay STATEMENTS --warehouse COPY --out SECONDS

`record` is a bare dbt that also writes down its SQL by node, `csops` a run of the main job that
does. `replay` executes the same tables, inserts, deletes and tests, node after node in the order in
which dbt began them, on a copy of the warehouse that dbt began with; `begin` makes such a copy of a
built one, of all tables but those that the statements will make. Seeds, and questions to the
catalogue, are left out.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

COMMENT = re.compile(r"^\s*/\*.*?\*/\s*", re.DOTALL)
CREATED = re.compile(
    r'^\s*create\s+(?:or replace\s+)?(table|view)\s+("[^"]+"\."[^"]+"\."[^"]+?)(?:__dbt_\w+)?"',
    re.I,
)
CATALOGUE = re.compile(
    r"information_schema|duckdb_\w+\(\)|pragma|^\s*(begin|commit|rollback)", re.I
)


def main() -> None:
    """Record or replay, as the command line says."""
    if sys.argv[1] == "record":
        record(Path(sys.argv[2]), sys.argv[3:])
    elif sys.argv[1] == "csops":
        record_run(Path(sys.argv[2]), sys.argv[3:])
    elif sys.argv[1] == "begin":
        begin(_options())
    else:
        replay(_options())


def record(statements: Path, command: list[str]) -> None:
    """Run one dbt command and write its SQL; leaves with 1 when dbt failed."""
    from dbt.cli.main import dbtRunner

    quiet = ("--quiet", "--log-level-file", "none")
    keep = _keeper(statements)
    succeeded = dbtRunner(callbacks=[keep]).invoke([*quiet, *command]).success
    sys.exit(0 if succeeded else 1)


def record_run(statements: Path, command: list[str]) -> None:
    """Run one csops command in this process and write the SQL of its dbt."""
    import orchestration.dbt
    from orchestration.cli import main as csops

    keep, log_event = _keeper(statements), orchestration.dbt._log_event

    def keep_and_log(event: Any) -> None:
        keep(event)
        log_event(event)

    orchestration.dbt._log_event = keep_and_log
    sys.argv = ["csops", *command]
    csops()


def _keeper(statements: Path) -> Callable[[Any], None]:
    """Writes each statement down at once, whichever of dbt's threads executes it."""
    statements.unlink(missing_ok=True)
    file, lock = statements.open("a", encoding="utf-8"), threading.Lock()

    def keep(event: Any) -> None:
        if event.info.name == "SQLQuery":
            node = event.data.node_info.unique_id
            with lock:
                file.write(json.dumps({"node": node, "sql": event.data.sql}) + "\n")
                file.flush()

    return keep


def _by_node(statements: Path) -> dict[str, list[str]]:
    """The statements of each model and test that change or ask something, in their order."""
    by_node: dict[str, list[str]] = defaultdict(list)
    for line in statements.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        sql = COMMENT.sub("", found["sql"])
        if found["node"].startswith(("model.", "test.")) and not CATALOGUE.search(sql[:2000]):
            by_node[found["node"]].append(sql)
    return by_node


def begin(options: argparse.Namespace) -> None:
    """Copy what the models are made of, into a database with the warehouse's own name."""
    made = {
        created[2].lower()
        for sqls in _by_node(options.statements).values()
        for sql in sqls
        if (created := CREATED.match(sql))
    }
    with duckdb.connect(str(options.copy)) as connection:
        connection.execute(f"set memory_limit = '{options.memory_limit}'; set threads = 2")
        connection.execute(f"attach '{options.warehouse}' as built (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built'"
        ).fetchall()
        views = connection.execute(
            "select schema_name, sql from duckdb_views() "
            "where database_name = 'built' and not internal"
        ).fetchall()
        for schema in {schema for schema, *_ in [*tables, *views]}:
            connection.execute(f'create schema if not exists "{schema}"')

        def is_made(schema: str, name: str) -> bool:
            return f'"{options.copy.stem}"."{schema}"."{name}'.lower() in made

        for schema, table in tables:
            if not is_made(schema, table):
                connection.execute(
                    f'create table "{schema}"."{table}" as from built."{schema}"."{table}"'
                )
        for schema, sql in views:
            if not any(f'."{schema}".' in name for name in made):
                connection.execute(sql)


def replay(options: argparse.Namespace) -> None:
    """Execute what was recorded and write the seconds of each model, and of all tests."""
    by_node = _by_node(options.statements)
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
    parser.add_argument("--out", type=Path)
    parser.add_argument("--copy", type=Path)
    parser.add_argument("--memory-limit", default="4GB")
    return parser.parse_args(sys.argv[2:])


if __name__ == "__main__":
    main()
