"""The metrics dictionary: each metric's definition, and which pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.formats import words
from dashboards.marts import Marts, Row
from dashboards.page import Page

PARTS = {
    "formula": "Formula",
    "grain": "Grain",
    "slices": "Slices",
    "sources": "Made from",
    "owner": "Owner",
    "steward": "Steward",
    "target": "Target",
    "benchmark": "Benchmark",
    "caveats": "Mind",
    "version": "Version",
    "since": "Since",
}
SYNONYMS = {
    "metric_name": "name",
    "metric_id": "name",
    "metric_label": "label",
    "description": "definition",
    "valid_slices": "slices",
    "source_models": "sources",
    "source_tables": "sources",
    "steward_team": "steward",
    "owner_team": "owner",
    "definition_version": "version",
    "metric_version": "version",
    "effective_from": "since",
    "effective_date": "since",
    "valid_from": "since",
}


def dictionary_page(marts: Marts, used_by: Mapping[str, Sequence[tuple[str, str]]]) -> Page:
    """Every metric of `dim_metrics`, and those that pages show but nobody has defined there.

    `used_by` gives the pages, as file and title, that show a metric.
    """
    defined = defined_metrics(marts)
    names = {metric["name"] for metric in defined}
    undefined = [
        {"name": name, "label": words(name), "definition": None, "parts": []}
        for name in sorted(used_by.keys() - names)
    ]
    metrics = sorted([*defined, *undefined], key=lambda metric: str(metric["label"]).lower())
    for metric in metrics:
        metric["used_by"] = used_by.get(metric["name"], ())
    return Page(
        file="metrics.html",
        title="Metrics dictionary",
        question="What does each number mean, who answers for it, and where is it shown?",
        template="metrics.html",
        content={
            "metrics": metrics,
            "is_published": bool(defined),
            "changes": _changes(marts),
        },
    )


def defined_metrics(marts: Marts) -> list[dict[str, Any]]:
    """The metrics of `dim_metrics`, the newest version of each."""
    if not marts.has("dim_metrics"):
        return []
    newest: dict[str, dict[str, Any]] = {}
    for found in marts.rows("select * from marts.dim_metrics"):
        row = {SYNONYMS.get(key, key): value for key, value in found.items()} | found
        name = str(row.get("name") or "")
        if not name:
            continue
        metric = {
            "name": name,
            "label": row.get("label") or words(name),
            "definition": row.get("definition"),
            "parts": [(label, row[key]) for key, label in PARTS.items() if row.get(key)],
            "order": str(row.get("version") or ""),
        }
        if name not in newest or metric["order"] >= newest[name]["order"]:
            newest[name] = metric
    return list(newest.values())


def _changes(marts: Marts) -> list[Row]:
    """Definitions that changed, newest first, where the register publishes them."""
    if not marts.has("rpt_metric_changes"):
        return []
    return marts.rows("select * from marts.rpt_metric_changes")
