"""Everything has one owner, in one map; every metric is in the dictionary."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
import yaml

from orchestration.dictionary.reviewed_files import reviewed_files
from orchestration.ownership import Ownership, ownership
from tests.laws.house import MODELS, ROOT, Model, models

REFERENCE = ROOT / "seeds" / "reference"
OWNERS = ownership(REFERENCE)
MARTS = [model for model in models() if model.layer == "marts"]
VALUES = MODELS / "marts" / "dictionary" / "fct_metric_values_monthly.sql"


def rows(seed: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{seed}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def twins() -> list[dict[str, Any]]:
    return [yaml.safe_load(path.read_text("utf-8")) for path in sorted(MODELS.rglob("*.yml"))]


def semantic_models() -> list[dict[str, Any]]:
    return [entry for twin in twins() for entry in twin.get("semantic_models", [])]


def metrics() -> dict[str, tuple[str, dict[str, Any]]]:
    """Each declared metric with the group of the mart in whose twin it stands."""
    return {
        entry["name"]: (twin["models"][0]["config"].get("group", ""), entry)
        for twin in twins()
        for entry in twin.get("metrics", [])
    }


def group_of(model: Model) -> str:
    return model.properties.get("config", {}).get("group", "")


def unowned(owners: Ownership, kind: str, things: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(scope, name) for scope, name in things if owners.owner(kind, scope, name) is None]


def test_the_map_has_one_line_for_each_thing_and_day() -> None:
    keys = [(r["kind"], r["scope"], r["name"], r["valid_from"]) for r in rows("ownership")]
    assert len(keys) == len(set(keys))


def test_every_source_mart_metric_required_field_and_playbook_has_an_owner() -> None:
    sources = [
        (source["name"], table["name"])
        for twin in twins()
        for source in twin.get("sources", [])
        for table in source["tables"]
    ]
    assert len(sources) > 50
    assert unowned(OWNERS, "source", sources) == []
    assert unowned(OWNERS, "model", [(group_of(m), m.name) for m in MARTS]) == []
    assert unowned(OWNERS, "metric", [(g, n) for n, (g, _) in metrics().items()]) == []
    fields = [(row["contract_table"], row["field_name"]) for row in rows("required_fields")]
    assert unowned(OWNERS, "field", fields) == []
    playbooks = [("cs_platform", row["playbook_id"]) for row in rows("playbook_register")]
    assert unowned(OWNERS, "playbook", playbooks) == []


def test_a_thing_without_an_owner_is_seen() -> None:
    assert unowned(OWNERS, "playbook", [("cs_platform", "PB_NOBODY")]) != []
    assert unowned(OWNERS, "model", [("nobody", "fct_nothing")]) != []


def test_dbt_groups_name_the_owner_of_the_map() -> None:
    groups = yaml.safe_load((MODELS / "_groups.yml").read_text("utf-8"))["groups"]
    for group in groups:
        owner = OWNERS.owner("model", group["name"], "*")
        assert owner, f"ownership.csv: add model,{group['name']},*"
        assert owner.team == group["owner"]["name"], group["name"]


@pytest.mark.parametrize("model", MARTS, ids=lambda model: model.name)
def test_a_mart_names_the_owner_of_the_map(model: Model) -> None:
    named = model.properties.get("config", {}).get("meta", {}).get("owner")
    owner = OWNERS.owner("model", group_of(model), model.name)
    assert named in (None, owner.team if owner else None), (
        f"{model.twin.name} says {named}; seeds/reference/ownership.csv says {owner}: a line "
        f"model,{group_of(model)},{model.name} there would make it so"
    )


def test_no_source_names_an_owner_beside_the_map() -> None:
    for twin in twins():
        for source in twin.get("sources", []):
            assert "owner" not in source.get("config", {}).get("meta", {}), source["name"]


def test_every_metric_is_registered_and_nothing_else() -> None:
    files = reviewed_files(REFERENCE)
    declared = set(metrics())
    kept = {name for name in declared if files.superseded(name)}
    remedy = "; `csops metrics check` says what to add"
    assert declared - kept - set(files.register) == set(), f"no line in the register{remedy}"
    assert declared - kept - set(files.versions) == set(), f"no version{remedy}"
    assert set(files.register) | set(files.versions) <= declared


def test_every_metric_says_what_it_is() -> None:
    for name, (_, metric) in metrics().items():
        assert metric.get("label"), f"{name} has no label"
        assert len(metric.get("description", "")) > 10, f"{name} isn't described"


def test_values_are_read_from_every_mart_that_metrics_are_declared_on() -> None:
    text = VALUES.read_text(encoding="utf-8")
    listed = set(re.findall(r"-- depends_on: \{\{ ref\('(\w+)'\) \}\}", text))
    declared = {re.findall(r"'(\w+)'", model["model"])[0] for model in semantic_models()}
    assert listed == declared, f"{VALUES.name}: one `-- depends_on` line for each of them"


def test_dimensions_say_only_slices_that_the_dictionary_knows() -> None:
    known = {"free", "none", "required", "fixed", "type", "value"}
    for model in semantic_models():
        for dimension in model["dimensions"]:
            meta = dimension.get("config", {}).get("meta", {})
            where = f"{model['name']}.{dimension['name']}"
            assert meta.get("slice", "free") in known, where
            assert ("held_at" in meta) == (meta.get("slice") == "fixed"), where


def test_targets_and_playbooks_name_metrics_that_are_declared() -> None:
    declared = set(metrics())
    assert {row["metric_name"] for row in rows("metric_targets")} <= declared
    named = {name for row in rows("playbook_register") for name in row["metrics"].split(", ")}
    assert named <= declared
    steps = {row["playbook_id"] for row in rows("playbook_steps")}
    renewal = {row["playbook_id"] for row in rows("renewal_playbook")}
    assert steps | renewal == {row["playbook_id"] for row in rows("playbook_register")}
