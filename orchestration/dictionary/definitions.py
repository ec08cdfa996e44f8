"""What a metric's definition is: a normal form of its declarations, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SLICE_KEYS = ("slice", "held_at")


@dataclass(frozen=True)
class Definition:
    """One declared metric: where it is declared, on which marts, and what it means.

    `form` holds all that changes its value and nothing else: neither name, label and description
    nor the names of measures, neither blanks nor the case of SQL, nor which dimensions may cut it.
    """

    name: str
    file: str
    marts: tuple[str, ...]
    groups: tuple[str, ...]
    form: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """The first 16 digits of the SHA-256 of the form."""
        text = json.dumps(self.form, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def definitions(manifest: Mapping[str, Any]) -> dict[str, Definition]:
    """Every metric of dbt's manifest.json by name. Raises KeyError for a dangling measure."""
    metrics = {metric["name"]: metric for metric in manifest["metrics"].values()}
    models = list(manifest["semantic_models"].values())
    measures = {m["name"]: (model, m) for model in models for m in model["measures"]}
    return {
        name: _definition(metric, metrics, measures, manifest["nodes"])
        for name, metric in sorted(metrics.items())
    }


def normal_sql(text: str | None) -> str | None:
    """SQL without the differences that mean nothing: blanks, and upper case outside quotes."""
    if text is None:
        return None
    parts = re.split(r"('(?:[^']|'')*')", str(text))
    for place in range(0, len(parts), 2):
        blanks = re.sub(r"\s+", " ", parts[place].lower())
        parts[place] = re.sub(r" ?([(),{}]) ?", r"\1", blanks)
    return "".join(parts).strip()


def _definition(
    metric: Mapping[str, Any],
    metrics: Mapping[str, Mapping[str, Any]],
    measures: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]],
    nodes: Mapping[str, Mapping[str, Any]],
) -> Definition:
    used = [entry["name"] for entry in metric["type_params"]["input_measures"]]
    keys = sorted({key for name in used for key in measures[name][0]["depends_on"]["nodes"]})
    return Definition(
        name=metric["name"],
        file=metric["original_file_path"],
        marts=tuple(nodes[key]["name"] for key in keys),
        groups=tuple(nodes[key]["config"].get("group") or "" for key in keys),
        form=_metric_form(metric, metrics, measures),
    )


def _metric_form(metric: Any, metrics: Any, measures: Any) -> dict[str, Any]:
    parameters = metric["type_params"]
    form: dict[str, Any] = {"type": metric["type"], "filter": _filter(metric.get("filter"))}
    if metric["type"] == "simple":
        form["measure"] = _measure_form(parameters["measure"], measures)
    elif metric["type"] == "ratio":
        for side in ("numerator", "denominator"):
            form[side] = _input_form(parameters[side], metrics, measures)
    else:
        form["expr"] = normal_sql(parameters["expr"])
        form["inputs"] = {
            entry.get("alias") or entry["name"]: _input_form(entry, metrics, measures)
            for entry in parameters["metrics"]
        }
        for key in ("window", "grain_to_date", "cumulative_type_params", "conversion_type_params"):
            form[key] = parameters.get(key)
    return form


def _input_form(entry: Any, metrics: Any, measures: Any) -> dict[str, Any]:
    return {
        "filter": _filter(entry.get("filter")),
        "offset": [entry.get("offset_window"), entry.get("offset_to_grain")],
        "metric": _metric_form(metrics[entry["name"]], metrics, measures),
    }


def _measure_form(entry: Any, measures: Any) -> dict[str, Any]:
    model, measure = measures[entry["name"]]
    time = measure.get("agg_time_dimension") or model["defaults"]["agg_time_dimension"]
    dimensions = {dimension["name"]: dimension for dimension in model["dimensions"]}
    last = measure.get("non_additive_dimension") or {}
    meant = {
        name: {key: meta[key] for key in _SLICE_KEYS if key in meta}
        for name, dimension in dimensions.items()
        if (meta := (dimension.get("config") or {}).get("meta") or {}).get("slice", "free")
        not in ("free", "none")
    }
    return {
        "table": model["node_relation"]["alias"],
        "agg": measure["agg"],
        "agg_params": measure.get("agg_params"),
        "expr": normal_sql(measure.get("expr") or measure["name"]),
        "day": normal_sql(dimensions[time].get("expr") or time),
        "last": [last.get("name"), last.get("window_choice"), last.get("window_groupings")],
        "filter": _filter(entry.get("filter")),
        "gaps": [entry.get("join_to_timespine"), entry.get("fill_nulls_with")],
        "slices": meant,
    }


def _filter(declared: Any) -> list[str | None]:
    parts = (declared or {}).get("where_filters") or []
    return sorted(normal_sql(part["where_sql_template"]) or "" for part in parts)
