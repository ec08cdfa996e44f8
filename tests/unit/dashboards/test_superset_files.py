"""The Superset files fit together, say what the dictionary says, and show nothing personal."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from orchestration.settings import PROJECT
from tests.support.superset_files import (
    FOLDER,
    Content,
    charts_of,
    columns_of,
    datasets_by_uuid,
    files,
    filter_targets,
    marts_of,
    metrics_of,
)

MARTS = PROJECT / "dbt_project" / "models" / "marts"
SQL_TYPES = {"string": "VARCHAR", "int": "INTEGER", "double": "DOUBLE PRECISION"}
# Sentences of the house about an account: published with whatever holds an address withheld.
SENTENCES_OF_OURS = {"health_reason_1", "health_reason_2", "health_reason_3", "why"}
COLUMN_PARAMETERS = ("groupby", "all_columns", "groupbyRows", "groupbyColumns")


@cache
def twins() -> list[Content]:
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in MARTS.rglob("*.yml")]


@cache
def contract() -> dict[str, dict[str, Content]]:
    """Each mart's columns by name."""
    return {
        model["name"]: {column["name"]: column for column in model["columns"]}
        for twin in twins()
        for model in twin.get("models", [])
    }


def dictionary() -> dict[str, Content]:
    return {metric["name"]: metric for twin in twins() for metric in twin.get("metrics", [])}


def personal_columns() -> set[tuple[str, str]]:
    """Mart and column of everything that is published otherwise than as it is."""
    with (PROJECT / "seeds/reference/privacy_policy.csv").open(encoding="utf-8") as lines:
        kept = {row["privacy_class"] for row in csv.DictReader(lines) if row["treatment"] == "keep"}
    return {
        (mart, name)
        for mart, columns in contract().items()
        for name, column in columns.items()
        if column.get("config", {}).get("meta", {}).get("privacy", "none") not in {*kept, "none"}
    }


def named_columns(chart: Content) -> Iterator[str]:
    """Every column that a chart's parameters name."""
    parameters = chart["params"]
    for key in COLUMN_PARAMETERS:
        yield from parameters.get(key, [])
    yield from [parameters["x_axis"]] if "x_axis" in parameters else []
    yield from (json.loads(one)[0] for one in parameters.get("order_by_cols", []))
    for condition in parameters["adhoc_filters"]:
        assert condition["expressionType"] == "SIMPLE", "a condition that no test can follow"
        yield condition["subject"]


def named_metrics(chart: Content) -> Iterator[str]:
    parameters = chart["params"]
    yield from [parameters["metric"]] if "metric" in parameters else []
    yield from parameters.get("metrics", [])


DATASETS = pytest.mark.parametrize("name", files("datasets"))


def test_there_are_two_dashboards_and_one_database() -> None:
    assert set(files("dashboards")) == {"executive", "csm"}
    assert len(files("databases")) == 1
    metadata = yaml.safe_load((FOLDER / "metadata.yaml").read_text(encoding="utf-8"))
    assert metadata["type"] == "assets", "the kind of import that overwrites"


def test_each_thing_has_a_uuid_of_its_own() -> None:
    kinds = ("databases", "datasets", "charts", "dashboards")
    uuids = Counter(one["uuid"] for kind in kinds for one in files(kind).values())
    assert {uuid: count for uuid, count in uuids.items() if count > 1} == {}


def test_the_database_can_only_be_read() -> None:
    [database] = files("databases").values()
    assert "access_mode=read_only" in database["sqlalchemy_uri"]
    assert "enable_external_access=false" in database["sqlalchemy_uri"]
    for switch in ("allow_dml", "allow_ctas", "allow_cvas", "allow_csv_upload"):
        assert database[switch] is False


@DATASETS
def test_a_dataset_reads_published_marts_of_the_one_database(name: str) -> None:
    dataset = files("datasets")[name]
    [database] = files("databases").values()
    assert dataset["database_uuid"] == database["uuid"]
    assert set(marts_of(dataset)) <= set(contract())
    assert dataset["description"].startswith("One row per ")
    assert not re.search(r"\b(main|staging|intermediate|conformed)\.", dataset.get("sql") or "")


def is_taken_as_it_is(column: str, dataset: Content) -> bool:
    line = rf"^ +(\w+\.)?{column},?$"
    return "sql" not in dataset or bool(re.search(line, dataset["sql"], re.MULTILINE))


@DATASETS
def test_columns_say_what_the_marts_say_of_them(name: str) -> None:
    dataset = files("datasets")[name]
    columns = [contract()[mart] for mart in marts_of(dataset)]
    for column in dataset["columns"]:
        of_marts = [one[column["column_name"]] for one in columns if column["column_name"] in one]
        assert column["description"]
        assert column["verbose_name"]
        assert column.get("is_dttm", False) == (column["type"] == "DATE")
        if of_marts and is_taken_as_it_is(column["column_name"], dataset):
            said = {(SQL_TYPES.get(one["data_type"], one["data_type"].upper()), one["description"])
                    for one in of_marts}  # fmt: skip
            assert (column["type"], column["description"]) in said


@DATASETS
def test_no_personal_column_appears(name: str) -> None:
    dataset = files("datasets")[name]
    for mart in marts_of(dataset):
        personal = {column for owner, column in personal_columns() if owner == mart}
        words = set(re.findall(r"\w+", dataset.get("sql") or ""))
        shown = words | set(columns_of(dataset))
        assert personal.isdisjoint(shown - SENTENCES_OF_OURS)


def test_a_personal_column_would_be_seen() -> None:
    assert ("fct_data_issues", "observed_value") in personal_columns()


@DATASETS
def test_a_metric_of_the_dictionary_has_its_label_and_words(name: str) -> None:
    for metric in files("datasets")[name]["metrics"]:
        known = dictionary().get(metric["metric_name"])
        if known:
            said = (metric["verbose_name"], metric["description"])
            assert said == (known["label"], known["description"])


@DATASETS
def test_a_ratio_is_made_of_sums_and_is_blank_over_nothing(name: str) -> None:
    for metric in files("datasets")[name]["metrics"]:
        expression = metric["expression"]
        assert not re.search(r"\b(avg|median|mean)\s*\(", expression, re.IGNORECASE)
        assert "/" not in expression or re.fullmatch(
            r"CAST\((SUM|COUNT)\(.+\) AS DOUBLE PRECISION\) / NULLIF\((SUM|COUNT)\(.+\), 0\)",
            expression,
        )


@pytest.mark.parametrize("name", files("charts"))
def test_a_chart_names_only_what_its_dataset_has(name: str) -> None:
    chart = files("charts")[name]
    dataset = datasets_by_uuid()[chart["dataset_uuid"]]
    columns, metrics = columns_of(dataset), metrics_of(dataset)
    assert set(named_columns(chart)) <= set(columns)
    assert set(named_metrics(chart)) <= set(metrics)
    assert list(named_columns(chart)) or list(named_metrics(chart))
    assert set(chart["params"].get("column_config", {})) <= {*columns, *metrics}
    assert chart["params"]["viz_type"] == chart["viz_type"]


def test_every_chart_is_on_one_dashboard() -> None:
    shown = Counter(
        chart["uuid"] for board in files("dashboards").values() for chart in charts_of(board)
    )
    assert shown == Counter(chart["uuid"] for chart in files("charts").values())


@pytest.mark.parametrize("name", files("dashboards"))
def test_a_dashboard_fits_its_grid(name: str) -> None:
    position: dict[str, Any] = files("dashboards")[name]["position"]
    numbers = set()
    for key, part in position.items():
        if key == "DASHBOARD_VERSION_KEY":
            continue
        assert part["id"] == key
        assert all(child in position for child in part.get("children", []))
        if part["type"] == "ROW":
            assert sum(position[child]["meta"]["width"] for child in part["children"]) == 12
        if part["type"] == "CHART":
            numbers.add(part["meta"]["chartId"])
    assert len(numbers) == len(charts_of(files("dashboards")[name]))


@pytest.mark.parametrize("name", files("dashboards"))
def test_a_dashboard_is_filtered_by_segment_region_csm_and_month(name: str) -> None:
    dashboard = files("dashboards")[name]
    targets = list(filter_targets(dashboard))
    assert {column for _, column in targets} == {"segment", "region", "csm_name", "month"}
    assert all(column in columns_of(dataset) for dataset, column in targets)
    [month] = [
        one
        for one in dashboard["metadata"]["native_filter_configuration"]
        if one["name"] == "Month"
    ]
    assert month["controlValues"]["multiSelect"] is False, "amounts of two months don't add up"
    assert month["requiredFirst"], "the newest month counts before anybody chooses"


@pytest.mark.parametrize("name", files("dashboards"))
def test_what_is_true_of_one_month_is_never_summed_over_months(name: str) -> None:
    """A chart of such a metric either goes by month or is under the month filter."""
    dashboard = files("dashboards")[name]
    [month] = [
        one
        for one in dashboard["metadata"]["native_filter_configuration"]
        if one["name"] == "Month"
    ]
    numbers = {
        part["meta"]["uuid"]: part["meta"]["chartId"]
        for part in dashboard["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }
    for chart in charts_of(dashboard):
        dataset = datasets_by_uuid()[chart["dataset_uuid"]]
        of_one_month = [
            metric for metric in named_metrics(chart)
            if "warning_text" in metrics_of(dataset)[metric]
        ]  # fmt: skip
        is_by_month = chart["params"].get("x_axis") == "month_start_date"
        is_filtered = numbers[chart["uuid"]] not in month["scope"]["excluded"]
        if of_one_month:
            assert is_by_month != (is_filtered and "month" in columns_of(dataset)), chart
