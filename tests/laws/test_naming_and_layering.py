"""A thing is found by its name, and data flows one way."""

from __future__ import annotations

import re

import pytest

from tests.laws.house import MODELS, Model, models

NAME_OF_LAYER = {
    "staging": r"stg_[a-z]+__[a-z0-9_]+",
    "conformed": r"[a-z][a-z0-9_]*",
    "quality": r"[a-z][a-z0-9_]*",
    "intermediate": r"int_[a-z0-9_]+",
    "marts": r"(dim|fct|rpt)_[a-z0-9_]+|metricflow_time_spine",
}
MAY_READ = {
    "staging": {"staging"},
    "conformed": {"staging", "conformed", "quality"},
    "quality": {"conformed", "quality", "intermediate"},
    "intermediate": {"conformed", "quality", "intermediate", "marts"},
    "marts": {"conformed", "quality", "intermediate", "marts"},
}
LAYER = {model.name: model.layer for model in models()}


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_model_is_named_for_its_layer(model: Model) -> None:
    assert model.layer in NAME_OF_LAYER, f"{model.path}: no such layer"
    assert re.fullmatch(NAME_OF_LAYER[model.layer], model.name), model.path


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_a_model_reads_only_its_own_layer_and_those_before_it(model: Model) -> None:
    seeds = {path.stem for path in (MODELS.parents[1] / "seeds" / "reference").glob("*.csv")}
    layers = {LAYER[name] for name in model.references if name not in seeds and name in LAYER}
    assert layers <= MAY_READ[model.layer], f"{model.name} reads {layers - MAY_READ[model.layer]}"
    unknown = model.references - seeds - LAYER.keys()
    assert not unknown, f"{model.name} reads {unknown}, which nobody makes"


@pytest.mark.parametrize("model", models(), ids=lambda model: model.name)
def test_only_staging_and_the_contract_read_raw_systems(model: Model) -> None:
    systems = {system for system, _ in model.sources}
    allowed = {
        "staging": {model.path.parent.name},
        "conformed": {"mapped", "landing"},
        "quality": {"landing"},
    }.get(model.layer, {"landing", "churn_risk", "book_rebalancing", "ops"})
    assert systems <= allowed, f"{model.name} reads {systems - allowed}"


def test_a_staging_model_stands_in_the_folder_of_its_system() -> None:
    for model in models():
        if model.layer == "staging":
            assert model.name.startswith(f"stg_{model.path.parent.name}__"), model.path


def test_no_two_models_share_a_name() -> None:
    names = [model.name for model in models()]
    assert len(names) == len(set(names))
