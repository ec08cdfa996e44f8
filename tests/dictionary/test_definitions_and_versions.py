"""What is a change of a definition and what isn't, and what the check asks for."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from orchestration.dictionary.check import dictionary_faults
from orchestration.dictionary.definitions import Definition, definitions, normal_sql
from orchestration.dictionary.reviewed_files import ReviewedFiles, Version, reviewed_files
from orchestration.ownership import Owner, Ownership, ownership
from orchestration.settings import PROJECT
from tests.conftest import Compile

REFERENCE = PROJECT / "seeds" / "reference"
Change = Callable[[dict[str, Any]], None]
RETENTION = "semantic_model.csops.account_retention"
LEDGER = "semantic_model.csops.arr_movements"


@pytest.fixture(scope="module")
def manifest(compiled_for: Compile) -> dict[str, Any]:
    return json.loads(compiled_for(date(2026, 6, 30)).manifest.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def declared(manifest: dict[str, Any]) -> dict[str, Definition]:
    return definitions(manifest)


def measure(manifest: dict[str, Any], model: str, name: str) -> dict[str, Any]:
    return next(m for m in manifest["semantic_models"][model]["measures"] if m["name"] == name)


def set_expression(text: str) -> Change:
    def change(manifest: dict[str, Any]) -> None:
        measure(manifest, RETENTION, "retention_end_arr")["expr"] = text

    return change


def let_the_first_month_count(manifest: dict[str, Any]) -> None:
    rule = measure(manifest, LEDGER, "ledger_closing_arr")["non_additive_dimension"]
    rule["window_choice"] = "min"


def filter_nrr(manifest: dict[str, Any]) -> None:
    manifest["metrics"]["metric.csops.nrr"]["filter"] = {
        "where_filters": [{"where_sql_template": "{{ Dimension('account__segment') }} = 'smb'"}]
    }


def describe_nrr(manifest: dict[str, Any]) -> None:
    manifest["metrics"]["metric.csops.nrr"] |= {"label": "NRR", "description": "In short."}


def add_a_slice(manifest: dict[str, Any]) -> None:
    model = manifest["semantic_models"][RETENTION]
    model["dimensions"].append({"name": "country", "type": "categorical", "expr": None})


def rename_a_measure(manifest: dict[str, Any]) -> None:
    measure(manifest, RETENTION, "retention_end_arr")["name"] = "other"
    metric = manifest["metrics"]["metric.csops.cohort_end_arr"]["type_params"]
    metric["measure"]["name"] = "other"
    for name in ("cohort_end_arr", "nrr"):
        for entry in manifest["metrics"][f"metric.csops.{name}"]["type_params"]["input_measures"]:
            if entry["name"] == "retention_end_arr":
                entry["name"] = "other"


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (set_expression("end_arr - 1"), {"nrr", "cohort_end_arr"}),
        (let_the_first_month_count, {"arr"}),
        (filter_nrr, {"nrr"}),
        (set_expression("  END_ARR"), set()),
        (describe_nrr, set()),
        (add_a_slice, set()),
        (rename_a_measure, set()),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_definition_changes_with_what_moves_its_value_and_with_nothing_else(
    manifest: dict[str, Any],
    declared: dict[str, Definition],
    change: Change,
    changed: set[str],
) -> None:
    other = copy.deepcopy(manifest)
    change(other)
    found = {
        name
        for name, definition in definitions(other).items()
        if definition.fingerprint != declared[name].fingerprint
    }
    assert found == changed


def test_case_and_blanks_mean_nothing_outside_of_quotes() -> None:
    assert normal_sql("CASE  WHEN a = 'Open  Deal' THEN 1 END") == (
        "case when a = 'Open  Deal' then 1 end"
    )


def test_every_metric_has_an_owner_an_entry_and_its_version(
    declared: dict[str, Definition],
) -> None:
    assert dictionary_faults(declared, reviewed_files(REFERENCE), ownership(REFERENCE)) == []


def one(*versions: Version, register: bool = True) -> ReviewedFiles:
    return ReviewedFiles({"m": {}} if register else {}, {"m": versions} if versions else {})


def metric(name: str, expr: str = "1") -> Definition:
    return Definition(name, f"models/{name}.yml", ("fct",), ("revenue",), {"expr": expr})


def version(number: int, expr: str = "1", day: str = "2020-01-01") -> Version:
    return Version("m", number, metric("m", expr).fingerprint, day, "why", "CFO", day, number + 1)


OWNED = Ownership({("metric", "revenue", "*"): Owner("RevOps", "RevOps")})
FIRST, SECOND = version(1), version(2, "2", "2026-01-01")
NEW, OLD = metric("m", "2"), metric("m_v1")


@pytest.mark.parametrize(
    ("declared", "files", "owned", "needles"),
    [
        ([metric("m")], one(FIRST), Ownership({}), ["no owner", "metric,revenue,*"]),
        ([metric("m")], one(FIRST, register=False), OWNED, ["no entry", "metric_register.csv"]),
        ([metric("m")], one(), OWNED, ["no version", metric("m").fingerprint]),
        ([], one(FIRST), OWNED, ["declared in no semantic model"]),
        ([NEW], one(FIRST), OWNED, ["has changed", "version 2", "m_v1"]),
        ([NEW], one(FIRST, SECOND), OWNED, ["can't be computed any more", "m_v1"]),
        ([NEW, metric("m_v1", "3")], one(FIRST, SECOND), OWNED, ["isn't version 1 of m"]),
        ([NEW, OLD], one(FIRST, replace(SECOND, approver="")), OWNED, ["who approved"]),
        ([NEW, OLD], one(FIRST, replace(SECOND, reason="")), OWNED, ["say why"]),
        ([NEW, OLD], one(FIRST, replace(SECOND, effective_from="2020-01-01")), OWNED,
         ["later day"]),
        ([NEW, OLD], one(FIRST, replace(SECOND, number=3)), OWNED, ["number them in a row"]),
    ],
)  # fmt: skip
def test_a_fault_names_the_metric_the_file_and_the_remedy(
    declared: list[Definition], files: ReviewedFiles, owned: Ownership, needles: list[str]
) -> None:
    faults = dictionary_faults({entry.name: entry for entry in declared}, files, owned)
    assert any(all(needle in fault for needle in needles) for fault in faults), faults
    assert all("m" in fault and (".csv" in fault or ".yml" in fault) for fault in faults)


def test_two_signed_versions_are_in_order() -> None:
    assert dictionary_faults({"m": NEW, "m_v1": OLD}, one(FIRST, SECOND), OWNED) == []
