"""The Superset files of `bi/superset` as data, for the tests that hold them to the marts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml

from orchestration.settings import PROJECT

FOLDER = PROJECT / "bi" / "superset"
MART = re.compile(r"\bmarts\.(\w+)")
Content = dict[str, Any]


@cache
def files(kind: str) -> dict[str, Content]:
    """The files of a kind (databases, datasets, charts, dashboards) by their names."""
    found = sorted((FOLDER / kind).rglob("*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in found}


def source(dataset: Content) -> str:
    """What stands behind `from` when Superset asks a dataset."""
    if dataset.get("sql"):
        return f"({dataset['sql']}) as virtual_table"
    return f"{dataset['schema']}.{dataset['table_name']}"


def marts_of(dataset: Content) -> list[str]:
    """The marts that a dataset reads, as its SQL names them."""
    return MART.findall(source(dataset))


def metrics_of(dataset: Content) -> dict[str, Content]:
    """The metrics of a dataset by name."""
    return {metric["metric_name"]: metric for metric in dataset["metrics"]}


def columns_of(dataset: Content) -> dict[str, Content]:
    """The columns of a dataset by name."""
    return {column["column_name"]: column for column in dataset["columns"]}


def datasets_by_uuid() -> dict[str, Content]:
    """Each dataset by the uuid that charts and filters call it by."""
    return {dataset["uuid"]: dataset for dataset in files("datasets").values()}


def charts_of(dashboard: Content) -> list[Content]:
    """The charts that a dashboard shows; an uuid without a chart is a KeyError."""
    by_uuid = {chart["uuid"]: chart for chart in files("charts").values()}
    parts = [part for part in dashboard["position"].values() if isinstance(part, dict)]
    return [by_uuid[part["meta"]["uuid"]] for part in parts if part["type"] == "CHART"]


def filter_targets(dashboard: Content) -> Iterator[tuple[Content, str]]:
    """Dataset and column of each native filter of a dashboard."""
    for one in dashboard["metadata"]["native_filter_configuration"]:
        for target in one["targets"]:
            yield datasets_by_uuid()[target["datasetUuid"]], target["column"]["name"]


def marts_behind(dashboard: Content) -> set[str]:
    """Every mart that a dashboard's charts and filters read."""
    used = [datasets_by_uuid()[chart["dataset_uuid"]] for chart in charts_of(dashboard)]
    used += [dataset for dataset, _ in filter_targets(dashboard)]
    return {mart for dataset in used for mart in marts_of(dataset)}
