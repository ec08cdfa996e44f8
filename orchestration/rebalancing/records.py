"""The proposal of the as-of day: solved pool by pool and written where dbt reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import yaml

from orchestration.rebalancing.pools import pools
from orchestration.rebalancing.programme import Plan, plan_of_parts
from orchestration.settings import PROJECT

if TYPE_CHECKING:
    import duckdb

SCHEMA = "book_rebalancing"
SOURCES = (
    PROJECT / "dbt_project" / "models" / "marts" / "capacity" / "_book_rebalancing__sources.yml"
)
TIME_LIMIT = (
    "select setting_value from reference.capacity_settings "
    "where setting_id = 'solver_time_limit_seconds'"
)


def propose(connection: duckdb.DuckDBPyConnection, as_of: date) -> list[Plan]:
    """A plan for each pool of the build; replaces the proposal of an earlier run."""
    [(seconds,)] = connection.execute(TIME_LIMIT).fetchall()
    parts = groupby(pools(connection), key=lambda pool: pool.pool_id)
    plans = [plan_of_parts(list(some), float(seconds)) for _, some in parts]
    _write(connection, plans, as_of)
    return plans


def _write(connection: duckdb.DuckDBPyConnection, plans: Sequence[Plan], as_of: date) -> None:
    connection.execute(f"create schema if not exists {SCHEMA}")
    [source] = yaml.safe_load(SOURCES.read_text(encoding="utf-8"))["sources"]
    connection.execute("begin")
    try:
        for table in source["tables"]:
            columns = ", ".join(f"{one['name']} {one['data_type']}" for one in table["columns"])
            connection.execute(f"create or replace table {SCHEMA}.{table['name']} ({columns})")
        for one in plans:
            over = {book.csm for book, *_ in one.pool.books_over({})}
            row = [
                *(one.pool.pool_id, one.status, one.text),
                *(len(one.pool.books), len(one.pool.accounts), len(over)),
                None if one.moves is None else len(one.moves),
                *(one.fewest_possible, one.gap, as_of),
            ]
            marks = ", ".join("?" for _ in row)
            connection.execute(f"insert into {SCHEMA}.plans values ({marks})", row)
            for account_id, csm in one.moves or ():
                move = [one.pool.pool_id, account_id, csm]
                connection.execute(f"insert into {SCHEMA}.moves values (?, ?, ?)", move)
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def told(plans: Sequence[Plan]) -> str:
    """One line for whoever watches the run."""
    moves = sum(len(one.moves) for one in plans if one.moves)
    stuck = [one.pool.pool_id for one in plans if one.moves is None]
    text = f"{moves} moves would bring the books of {len(plans) - len(stuck)} pools within target"
    return f"{text}; no plan for {', '.join(stuck)}" if stuck else text
