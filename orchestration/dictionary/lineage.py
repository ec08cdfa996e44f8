"""For each metric the raw columns that it rests on: from its measures down through compiled SQL."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.dictionary.columns import Column, ModelColumns

CACHE = "metric_lineage.json"
DIMENSION = re.compile(r"\{\{\s*(?:Time)?Dimension\(\s*['\"]\w+?__(\w+)['\"][^)]*\)\s*\}\}")


def metric_lineage(target: Path) -> dict[str, list[str]]:
    """Metric name to raw columns, as `system.table.column`, of the project last built in `target`.

    Empty where nothing was built. Kept beside the manifest until the SQL or a metric changes.
    """
    file = target / "manifest.json"
    if not file.is_file():
        return {}
    manifest = json.loads(file.read_text(encoding="utf-8"))
    sql = {
        node["unique_id"]: _compiled(node, target)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    parts = [sql, manifest["metrics"], manifest["semantic_models"], Path(__file__).read_text()]
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    cache = target / CACHE
    if cache.is_file():
        kept = json.loads(cache.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return kept["lineage"]
    found = raw_columns(manifest, sql)
    partial = cache.with_suffix(".partial")
    partial.write_text(json.dumps({"key": key, "lineage": found}), encoding="utf-8")
    partial.replace(cache)
    return found


def _compiled(node: Mapping[str, Any], target: Path) -> str:
    """A model's compiled SQL; blank where it was never compiled."""
    code = node.get("compiled_code")
    file = target / "compiled" / node["package_name"] / node["original_file_path"]
    return code or (file.read_text(encoding="utf-8") if file.is_file() else "")


def raw_columns(manifest: Mapping[str, Any], sql: Mapping[str, str]) -> dict[str, list[str]]:
    """Metric name to raw columns, sorted. `sql` is each model's compiled SQL by unique id.

    A measure rests on its expression, its conditions and the day by which it is put into months;
    one that counts rows, on its mart's primary key. What the loader adds (`_row_hash`, …) is
    left out, and so are reference lists.
    """
    project = Project(manifest, sql)
    metrics = {metric["name"]: metric for metric in manifest["metrics"].values()}
    return {
        name: sorted(set(_metric_raw(metric, metrics, manifest, project)))
        for name, metric in sorted(metrics.items())
    }


class Project:
    """A parsed project's tables, asked which raw columns a column comes from."""

    def __init__(self, manifest: Mapping[str, Any], sql: Mapping[str, str]) -> None:
        """Takes dbt's manifest and each model's compiled SQL by unique id."""
        nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
        self._nodes = {_relation(n): n for n in nodes if n.get("relation_name")}
        self._sql = sql
        self._models: dict[str, ModelColumns | None] = {}
        self._found: dict[Column, frozenset[str]] = {}

    def raw(self, column: Column) -> frozenset[str]:
        """The raw columns below a column, as `system.table.column`."""
        if column not in self._found:
            self._found[column] = frozenset()
            relation, name = column
            node = self._nodes.get(relation)
            if node is not None and node["resource_type"] == "source":
                is_raw = node["original_file_path"].split("/")[1] == "staging"
                if is_raw and not name.startswith("_"):
                    self._found[column] = frozenset(
                        {f"{node['source_name']}.{node['name']}.{name}"}
                    )
            elif model := self._model(relation):
                self._found[column] = frozenset(
                    raw for below in model.made_of(name) for raw in self.raw(below)
                )
        return self._found[column]

    def below(self, mart: Mapping[str, Any], expression: str) -> set[str]:
        """The raw columns below all columns of a mart that an expression names."""
        names = _identifiers(expression) & {column.lower() for column in mart["columns"]}
        return {raw for name in names for raw in self.raw((_relation(mart), name))}

    def has(self, relation: str, column: str) -> bool:
        """Whether a table has a column, by its SQL or, of a source or seed, by its YAML."""
        if model := self._model(relation):
            return model.has(column)
        return column in self._nodes.get(relation, {}).get("columns", {})

    def _model(self, relation: str) -> ModelColumns | None:
        if relation not in self._models:
            sql = self._sql.get(self._nodes.get(relation, {}).get("unique_id", ""))
            self._models[relation] = ModelColumns(sql, self.has) if sql else None
        return self._models[relation]


def _relation(node: Mapping[str, Any]) -> str:
    return ".".join(node["relation_name"].replace('"', "").split(".")[-2:]).lower()


def _metric_raw(metric: Any, metrics: Any, manifest: Any, project: Project) -> Iterator[str]:
    """Raw columns below the measures of a metric and of the metrics that it is made of."""
    parameters = metric["type_params"]
    sides = [parameters.get("numerator"), parameters.get("denominator")]
    for entry in filter(None, [*(parameters.get("metrics") or []), *sides]):
        yield from _metric_raw(metrics[entry["name"]], metrics, manifest, project)
    filters = [
        part["where_sql_template"]
        for declared in (metric.get("filter"), (parameters.get("measure") or {}).get("filter"))
        for part in (declared or {}).get("where_filters", [])
    ]
    conditions = [name for text in filters for name in DIMENSION.findall(text)]
    used = {entry["name"] for entry in parameters["input_measures"]}
    for model in manifest["semantic_models"].values():
        mart = manifest["nodes"][model["depends_on"]["nodes"][0]]
        dimensions = {d["name"]: d.get("expr") or d["name"] for d in model["dimensions"]}
        for measure in model["measures"]:
            if measure["name"] in used:
                day = measure.get("agg_time_dimension") or model["defaults"]["agg_time_dimension"]
                named = [dimensions[name] for name in [day, *conditions] if name in dimensions]
                value = project.below(mart, measure.get("expr") or measure["name"])
                yield from value or project.below(mart, " ".join(_keys(mart, manifest)))
                yield from project.below(mart, " ".join(named))


def _identifiers(expression: str) -> set[str]:
    """Words of an SQL expression that may be columns: all outside quotes."""
    return set(re.findall(r"[a-z_]\w*", re.sub(r"'(?:[^']|'')*'", " ", str(expression)).lower()))


def _keys(mart: Any, manifest: Any) -> set[str]:
    """The columns by which a mart's rows are told apart: its primary key, else what is unique."""
    declared = [c["columns"] for c in mart.get("constraints", []) if c["type"] == "primary_key"]
    tests = [
        node["test_metadata"]
        for node in manifest["nodes"].values()
        if node.get("attached_node") == mart["unique_id"] and node.get("test_metadata")
    ]
    tested = [
        test["kwargs"].get("columns") or [test["kwargs"]["column_name"]]
        for test in tests
        if test["name"] in ("is_unique", "primary_key", "unique")
    ]
    return {column.lower() for column in next(iter([*declared, *tested]), [])}
