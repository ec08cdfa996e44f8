"""Our way of making tables and views keeps dbt's promise: the old stands until the new is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.compiled_models import DBT_PROJECT

MACROS = ("materializations.sql", "table_columns_and_constraints.sql")
PROFILE = """
tiny: {target: duckdb, outputs: {duckdb: {type: duckdb, path: "{{ env_var('TINY_FILE') }}"}}}
"""
CONTRACT = """
models:
- name: promised
  config: {contract: {enforced: true}}
  columns:
  - {name: account_id, data_type: varchar, constraints: [{type: not_null}]}
  - {name: arr, data_type: "decimal(18, 2)"}
"""
KEPT = "select 'A1' as account_id, cast(10 as decimal(18, 2)) as arr"
Build = Callable[..., dict[str, str]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tiny.duckdb"


@pytest.fixture
def build(tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Builds models of these queries; gives each one's status."""
    (tmp_path / "macros").mkdir()
    (tmp_path / "models").mkdir()
    for name in MACROS:
        (tmp_path / "macros" / name).write_text((DBT_PROJECT / "macros" / name).read_text("utf-8"))
    project = {"name": "tiny", "version": "1.0.0", "config-version": 2, "profile": "tiny"}
    flags = {"send_anonymous_usage_stats": False, "version_check": False}
    (tmp_path / "dbt_project.yml").write_text(json.dumps(project | {"flags": flags}))
    (tmp_path / "profiles.yml").write_text(PROFILE)
    monkeypatch.setenv("TINY_FILE", str(file))

    def built(contract: str = "", **queries: str) -> dict[str, str]:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        (tmp_path / "models" / "twins.yml").write_text(contract)
        for name, query in queries.items():
            (tmp_path / "models" / f"{name}.sql").write_text(query)
        places = [
            *("--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path)),
            *("--target-path", str(tmp_path / "target")),
        ]
        quiet = ["--quiet", "--log-level", "none", "--log-level-file", "none"]
        result: Any = dbtRunner().invoke([*quiet, "run", *places])
        DuckDBConnectionManager.close_all_connections()
        assert result.exception is None
        return {one.node.name: str(one.status) for one in result.result}

    return built


def rows(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_table_is_replaced_whole_or_stays_as_it_was(build: Build, file: Path) -> None:
    table = "{{ config(materialized='table') }} "
    plain, view = table + "select 1 as n", "{{ config(materialized='view') }} select 1 as n"
    first = build(CONTRACT, promised=table + KEPT, plain=plain, turned=view)
    assert first == {"promised": "success", "plain": "success", "turned": "success"}
    kinds = "select table_name, table_type from information_schema.tables order by all"
    assert rows(file, kinds) == [
        ("plain", "BASE TABLE"),
        ("promised", "BASE TABLE"),
        ("turned", "VIEW"),
    ]

    fails = "select 'A2' as account_id, cast(error('no') as decimal(18, 2)) as arr"
    second = build(
        CONTRACT,
        promised=table + fails,
        plain=table + "select error('no') as n",
        turned=table + "select 2 as n, 3 as m",
    )
    assert second == {"promised": "error", "plain": "error", "turned": "success"}
    assert rows(file, "from promised") == [("A1", 10)]
    assert rows(file, "from plain") == [(1,)]
    assert rows(file, "from turned") == [(2, 3)]
    assert ("turned", "BASE TABLE") in rows(file, kinds)
    assert len(rows(file, kinds)) == 3


def test_a_query_that_breaks_its_contract_changes_nothing(build: Build, file: Path) -> None:
    broken = {
        "another_type": "select 'A2' as account_id, 10 as arr",
        "a_column_less": "select 'A2' as account_id",
        "a_column_more": KEPT + ", 1 as more",
        "nothing_where_something_must_be": KEPT.replace("'A1'", "cast(null as varchar)"),
    }
    twins = "models:\n" + "".join(
        CONTRACT.removeprefix("\nmodels:\n").replace("promised", name) for name in broken
    )
    table = "{{ config(materialized='table') }} "
    sound = build(twins, **dict.fromkeys(broken, table + KEPT))
    assert sound == dict.fromkeys(broken, "success")
    found = build(twins, **{name: table + query for name, query in broken.items()})
    assert found == dict.fromkeys(broken, "error")
    for name in broken:
        assert rows(file, f"from {name}") == [("A1", 10)], name
