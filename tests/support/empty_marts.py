"""Every mart as its contract has it, without a row: the queries to publish them with."""

from __future__ import annotations

from functools import cache

import yaml

from orchestration.settings import PROJECT

MARTS = PROJECT / "dbt_project" / "models" / "marts"


@cache
def empty_marts() -> dict[str, str]:
    """For each mart a query that gives its columns in their types and no row."""
    found = {}
    for file in sorted(MARTS.rglob("*.yml")):
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            columns = ", ".join(
                f"cast(null as {column['data_type']}) as {column['name']}"
                for column in model["columns"]
            )
            found[model["name"]] = f"select {columns} where false"
    return found
