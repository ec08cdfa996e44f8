"""By which day a mart grows: the first date of its grain, else the first that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

UNIQUE = ("is_unique", "is_unique_lately")


def day_columns(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The day column of every model of dbt's manifest that has a date.

    Without one in the grain it is the first that is listed, mostly the day on which a row began.
    """
    models = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
    found: dict[str, str] = {}
    for key, columns in _grains(manifest, models):
        node = models[key]
        for column in columns:
            kind = str(node["columns"].get(column, {}).get("data_type")).lower()
            if kind == "date" and node["name"] not in found:
                found[node["name"]] = column
    return found


def _grains(
    manifest: Mapping[str, Any], models: Mapping[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    """Models and columns: declared primary keys first, what is tested as unique, then all."""
    for key, node in models.items():
        for constraint in node.get("constraints") or []:
            if constraint["type"] == "primary_key":
                yield key, constraint["columns"]
    for node in manifest["nodes"].values():
        about = node.get("test_metadata") or {}
        if about.get("name") in UNIQUE and node.get("attached_node") in models:
            yield node["attached_node"], about["kwargs"].get("columns") or []
    for key, node in models.items():
        yield key, list(node["columns"])
