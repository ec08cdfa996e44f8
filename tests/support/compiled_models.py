"""The project's models as plain SQL, run on hand-made contract tables without dbt in the loop.

dbt compiles once; after that each example costs only its SQL. What runs is the very text that dbt
would run, in dependency order, so property tests can try hundreds of companies.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

from tests.support.parsed_project import manifest_in

ROOT = Path(__file__).resolve().parents[2]
DBT_PROJECT = ROOT / "dbt_project"
CONTRACT = DBT_PROJECT / "models" / "conformed"
DATABASE = "warehouse"


@dataclass(frozen=True)
class CompiledModel:
    """One model's place and SQL; `needs` are the names of the models and seeds that it reads."""

    name: str
    schema: str
    sql: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class CompiledModels:
    """Every model past the contract, for one as-of day; `seeds` is a file with the seeds."""

    models: Mapping[str, CompiledModel]
    seeds: Path

    @property
    def manifest(self) -> Path:
        """dbt's manifest.json of the compiled project."""
        return self.seeds.parent / "target" / "manifest.json"

    @property
    def semantic_manifest(self) -> Path:
        """The semantic layer of it, for MetricFlow."""
        return self.seeds.parent / "target" / "semantic_manifest.json"

    def build(
        self, given: Mapping[str, pd.DataFrame] | Path, marts: Sequence[str]
    ) -> duckdb.DuckDBPyConnection:
        """An in-memory warehouse with these contract tables and the marts asked for.

        Given are frames (tables that aren't there are empty) or a warehouse file. Raises
        duckdb.Error where a model's SQL fails, with the model's name in front.
        """
        connection = duckdb.connect()
        connection.execute(f"attach ':memory:' as {DATABASE}")
        connection.execute(f"use {DATABASE}")
        connection.execute("set timezone = 'UTC'")
        _copy_seeds(connection, self.seeds)
        if isinstance(given, Path):
            _show_contract(connection, given)
        else:
            _fill_contract(connection, given)
        for model in self._in_order(marts):
            connection.execute(f"create schema if not exists {model.schema}")
            try:
                connection.execute(f"create table {model.schema}.{model.name} as ({model.sql}\n)")
            except duckdb.Error as error:
                raise type(error)(f"{model.name}: {error}") from error
        return connection

    def _in_order(self, marts: Sequence[str]) -> list[CompiledModel]:
        ordered: dict[str, CompiledModel] = {}

        def visit(name: str) -> None:
            if name in ordered or name not in self.models:
                return
            for need in self.models[name].needs:
                visit(need)
            ordered[name] = self.models[name]

        for mart in marts:
            if mart not in self.models:
                raise KeyError(f"no compiled model {mart!r}")
            visit(mart)
        return list(ordered.values())


def compile_models(
    folder: Path, as_of: date, variables: Mapping[str, object], parsed: Path
) -> None:
    """Put dbt's SQL of every model past the contract, and a file with the seeds, into `folder`.

    `parsed` is the folder of `manifest_in` without staging.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    folder.mkdir(parents=True, exist_ok=True)
    seeds = folder / f"{DATABASE}.duckdb"
    every_variable = {"as_of_date": as_of.isoformat(), "systems": [], **variables}
    compiling = [
        "compile",
        "--exclude", "resource_type:unit_test", "resource_type:test", "csops.staging",
        *contract_tables(),
    ]  # fmt: skip
    before = os.environ.get("CSOPS_WAREHOUSE")
    os.environ["CSOPS_WAREHOUSE"] = str(seeds)
    try:
        manifest = manifest_in(parsed, staging=False)
        for command in (["seed"], compiling):
            _invoke(command, folder / "target", every_variable, manifest)
        shutil.copy(parsed / "dbt" / "semantic_manifest.json", folder / "target")
    finally:
        DuckDBConnectionManager.close_all_connections()
        if before is None:
            del os.environ["CSOPS_WAREHOUSE"]
        else:
            os.environ["CSOPS_WAREHOUSE"] = before


def read_compiled(folder: Path) -> CompiledModels:
    """What `compile_models` put into `folder`."""
    manifest = folder / "target" / "manifest.json"
    return CompiledModels(_models_of(manifest), seeds=folder / f"{DATABASE}.duckdb")


def _invoke(
    command: Sequence[str], target: Path, variables: Mapping[str, object], manifest: Any
) -> Any:
    from dbt.cli.main import dbtRunner

    result = dbtRunner(manifest=manifest).invoke(
        [
            "--quiet", "--log-level-file", "none", *command,
            "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
            "--target-path", str(target), "--vars", json.dumps(variables),
        ]
    )  # fmt: skip
    if not result.success:
        raise RuntimeError(f"dbt {command[0]} failed: {result.exception or result.result}")
    return result.result


def contract_columns(contract_table: str) -> dict[str, str]:
    """A contract table's columns and types, in order, from its twin."""
    content = yaml.safe_load((CONTRACT / f"{contract_table}.yml").read_text(encoding="utf-8"))
    return {column["name"]: column["data_type"] for column in content["models"][0]["columns"]}


def contract_tables() -> list[str]:
    """The names of the contract's tables: the twins that declare a primary key."""
    found = []
    for path in sorted(CONTRACT.glob("*.yml")):
        if path.name.startswith("_"):
            continue
        model = yaml.safe_load(path.read_text(encoding="utf-8"))["models"][0]
        if model.get("config", {}).get("meta", {}).get("primary_key"):
            found.append(path.stem)
    return found


def _models_of(manifest_file: Path) -> dict[str, CompiledModel]:
    nodes = json.loads(manifest_file.read_text(encoding="utf-8"))["nodes"]
    taken = set(contract_tables())
    models = {}
    for node in nodes.values():
        if node["resource_type"] != "model" or node["name"] in taken:
            continue
        if node["schema"] == "staging" or not node.get("compiled_code"):
            continue
        needs = tuple(key.split(".")[2] for key in node["depends_on"]["nodes"])
        models[node["name"]] = CompiledModel(
            node["name"], node["schema"], node["compiled_code"], needs
        )
    return models


def _copy_seeds(connection: duckdb.DuckDBPyConnection, seeds: Path) -> None:
    connection.execute(f"attach '{seeds}' as seed_file (read_only)")
    connection.execute("create schema if not exists reference")
    rows = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = 'seed_file' and schema_name = 'reference'"
    ).fetchall()
    for (name,) in rows:
        connection.execute(f"create table reference.{name} as from seed_file.reference.{name}")
    connection.execute("detach seed_file")


def _show_contract(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    connection.execute(f"attach '{warehouse}' as given (read_only)")
    connection.execute("create schema conformed")
    for name in contract_tables():
        connection.execute(f"create view conformed.{name} as from given.conformed.{name}")


def _fill_contract(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pd.DataFrame]
) -> None:
    connection.execute("create schema if not exists conformed")
    for name in contract_tables():
        columns = contract_columns(name)
        body = ", ".join(f'"{column}" {kind}' for column, kind in columns.items())
        connection.execute(f"create table conformed.{name} ({body})")
        frame = tables.get(name)
        if frame is None or frame.empty:
            continue
        connection.register("incoming", frame)
        selected = ", ".join(
            f'cast("{column}" as {kind})' if column in frame.columns else "null"
            for column, kind in columns.items()
        )
        connection.execute(f"insert into conformed.{name} select {selected} from incoming")
        connection.unregister("incoming")
