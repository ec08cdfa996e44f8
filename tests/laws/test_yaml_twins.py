"""Each model has one YAML twin beside it, with keys that dbt reads, and marts are promises."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.laws.house import MODELS, Model, models

TOP = {
    "version",
    "models",
    "sources",
    "seeds",
    "groups",
    "unit_tests",
    "semantic_models",
    "metrics",
    "macros",
    "exposures",
    "saved_queries",
    "snapshots",
    "data_tests",
}
MODEL = {
    "name",
    "description",
    "config",
    "columns",
    "data_tests",
    "constraints",
    "time_spine",
    "latest_version",
    "versions",
}
COLUMN = {
    "name",
    "description",
    "data_type",
    "config",
    "data_tests",
    "constraints",
    "granularity",
}
GENERIC_TEST = {"arguments", "config", "name", "description", "where", "test_name"}
SOURCE = {
    "name",
    "schema",
    "description",
    "config",
    "tables",
    "loaded_at_field",
    "freshness",
    "quoting",
}
MARTS = [
    model
    for model in models()
    if model.layer == "marts" and model.name.startswith(("dim", "fct", "rpt"))
]


def unknown_keys(entry: dict[str, Any], known: set[str], where: str) -> list[str]:
    return [f"{where}: unknown key {key!r}" for key in entry.keys() - known]


def faults_in(content: dict[str, Any]) -> list[str]:
    faults = unknown_keys(content, TOP, "file")
    for model in content.get("models", []):
        where = model["name"]
        faults += unknown_keys(model, MODEL, where)
        for column in model.get("columns", []):
            at = f"{where}.{column.get('name')}"
            faults += unknown_keys(column, COLUMN, at)
            for test in column.get("data_tests", []):
                if isinstance(test, dict):
                    faults += unknown_keys(next(iter(test.values())), GENERIC_TEST, at)
    for source in content.get("sources", []):
        faults += unknown_keys(source, SOURCE, source["name"])
    return faults


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.yml")), ids=lambda path: path.name)
def test_yaml_holds_only_keys_that_dbt_reads(path: Any) -> None:
    assert faults_in(yaml.safe_load(path.read_text(encoding="utf-8"))) == []


def test_a_misplaced_key_is_seen() -> None:
    misplaced = {"models": [{"name": "m", "columns": [{"name": "c", "relationships": {}}]}]}
    assert faults_in(misplaced) == ["m.c: unknown key 'relationships'"]


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_model_has_a_twin_that_starts_with_its_grain(model: Model) -> None:
    assert model.twin.is_file(), f"{model.path} has no {model.twin.name} beside it"
    description = model.properties.get("description", "")
    assert description.startswith("One row "), (
        f"{model.name}: say the grain first ('One row per …')"
    )


def test_a_twin_has_a_model() -> None:
    for path in MODELS.rglob("*.yml"):
        if not path.name.startswith("_"):
            assert path.with_suffix(".sql").is_file(), f"{path} describes a model that isn't there"


@pytest.mark.parametrize("model", MARTS, ids=lambda model: model.name)
def test_a_mart_is_a_promise(model: Model) -> None:
    properties = model.properties
    config = properties.get("config", {})
    assert config.get("contract", {}).get("enforced") is True, "contract isn't enforced"
    assert config.get("group"), "no group, so no owner"
    questions = config.get("meta", {}).get("questions", [])
    assert len(questions) >= 2, "say two questions that it answers (config.meta.questions)"
    assert all(column.get("description") for column in properties["columns"]), "undescribed column"
    keyed = [c for c in properties.get("constraints", []) if c["type"] == "primary_key"]
    tests = str(properties.get("data_tests", "")) + str(properties["columns"])
    assert keyed or "unique" in tests, "no primary key"
    assert "unique" in tests, "the primary key isn't tested"


def test_every_group_has_an_owner() -> None:
    groups = yaml.safe_load((MODELS / "_groups.yml").read_text(encoding="utf-8"))["groups"]
    assert groups
    for group in groups:
        assert group["owner"].get("name"), group


def test_source_tables_carry_no_tests() -> None:
    """dbt source tests turned into Dagster checks would let a failing gate pass."""
    for path in MODELS.rglob("_*__sources.yml"):
        assert "tests:" not in path.read_text(encoding="utf-8"), path
