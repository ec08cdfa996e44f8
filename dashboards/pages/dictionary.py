"""The metrics dictionary: each metric's definition, lineage and history, and who uses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.formats import day, money, share, words
from dashboards.marts import Marts, Row
from dashboards.page import Page

# Columns of dim_metrics in the order of the page; what a version lacks is left out.
PARTS = {
    "formula": "Formula",
    "metric_type": "Kind",
    "grain": "Grain",
    "slice_types": "Slices",
    "source_marts": "Made from",
    "source_contract_tables": "which read",
    "source_raw_tables": "which come from",
    "owner_team": "Owner",
    "steward_team": "Steward",
    "target": "Target",
    "benchmark": "Benchmark",
    "caveat": "Mind",
    "since_date": "Measured since",
    "used_by": "Also used by",
    "next_review_date": "Next review",
}
SYNONYMS = {
    "name": "metric_name",
    "definition": "description",
    "slices": "slice_types",
    "sources": "source_marts",
    "owner": "owner_team",
    "steward": "steward_team",
    "caveats": "caveat",
    "since": "since_date",
}


def dictionary_page(
    marts: Marts,
    used_by: Mapping[str, Sequence[tuple[str, str]]],
    lineage: Mapping[str, Sequence[str]],
) -> Page:
    """Every metric of `dim_metrics`, and those that pages show but nobody has defined there.

    `used_by` gives the pages, as file and title, that show a metric; `lineage` its raw columns.
    """
    defined = defined_metrics(marts)
    names = {metric["name"] for metric in defined}
    undefined = [
        {"name": name, "label": words(name), "definition": None, "parts": [], "versions": []}
        for name in sorted(used_by.keys() - names)
    ]
    metrics = sorted([*defined, *undefined], key=lambda metric: str(metric["label"]).lower())
    for metric in metrics:
        metric["pages"] = used_by.get(metric["name"], ())
        metric["raw_columns"] = lineage.get(metric["name"], ())
        metric["raw_tables"] = by_table(metric["raw_columns"])
    return Page(
        file="metrics.html",
        title="Metrics dictionary",
        question="What does each number mean, who answers for it, and where is it shown?",
        template="metrics.html",
        content={"metrics": metrics, "is_published": bool(defined), "lineage": bool(lineage)},
    )


def by_table(columns: Sequence[str]) -> list[tuple[str, str]]:
    """Columns as `system.table.column` by table: the table, and its columns in a row."""
    tables: dict[str, list[str]] = {}
    for column in columns:
        table, _, name = column.rpartition(".")
        tables.setdefault(table, []).append(name)
    return [(table, ", ".join(names)) for table, names in tables.items()]


def defined_metrics(marts: Marts) -> list[dict[str, Any]]:
    """The metrics of `dim_metrics` in force, each with its newest value and its versions."""
    if not marts.has("dim_metrics"):
        return []
    values, versions = _newest_values(marts), _versions(marts)
    found = []
    for columns in marts.rows("select * from marts.dim_metrics"):
        row = {SYNONYMS.get(key, key): value for key, value in columns.items()}
        name = str(row.get("metric_name") or "")
        if not name or row.get("is_superseded"):
            continue
        unit = str(row.get("unit") or "")
        parts = [
            (label, _part(row, key, unit))
            for key, label in PARTS.items()
            if row.get(key) is not None
        ]
        if name in values:
            newest = values[name]
            parts.insert(0, (f"In {newest['month']:%B %Y}", _as_unit(newest["value"], unit)))
        found.append(
            {
                "name": name,
                "label": row.get("label") or words(name),
                "definition": row.get("description"),
                "parts": [(label, text) for label, text in parts if text],
                "versions": versions.get(name, []),
                "owner": row.get("owner_team"),
                "version": row.get("version"),
                "since": row.get("version_from_date") or row.get("since_date"),
            }
        )
    return found


def _part(row: Row, key: str, unit: str) -> str:
    if key == "target":
        side = {"higher": "at least ", "lower": "at most "}.get(str(row.get("direction")), "")
        return side + _as_unit(row[key], unit)
    if key == "benchmark":
        source = row.get("benchmark_source")
        return _as_unit(row[key], unit) + (f" ({source})" if source else "")
    if key == "next_review_date" and row.get("is_review_overdue"):
        return f"overdue since {day(row[key])}"
    return day(row[key]) if hasattr(row[key], "strftime") else str(row[key])


def _as_unit(value: Any, unit: str) -> str:
    """A value in its unit: a share as per cent, money in whole units."""
    if value is None or isinstance(value, str):
        return value or ""
    if unit == "share":
        return share(value)
    if unit in ("money", "count"):
        return money(value)
    text = f"{float(value):,.2f}".rstrip("0").rstrip(".")
    return f"{text} {unit}" if unit and unit != "ratio" else text


def _newest_values(marts: Marts) -> dict[str, Row]:
    """Each metric's value of the company in the newest month that has one."""
    if not marts.has("fct_metric_values_monthly"):
        return {}
    rows = marts.rows(
        "select metric_name, month_start_date as month, metric_value as value from ("
        "select *, row_number() over (partition by metric_name order by month_start_date desc) "
        "as months_ago from marts.fct_metric_values_monthly where slice_type = 'company' "
        "and metric_value is not null) as newest where months_ago = 1"
    )
    return {row["metric_name"]: row for row in rows}


def _versions(marts: Marts) -> dict[str, list[Row]]:
    """Each metric's versions, the newest first."""
    if not marts.has("fct_metric_versions"):
        return {}
    found: dict[str, list[Row]] = {}
    for row in marts.rows(
        "select metric_name, version, effective_date, approver, reason, is_in_force "
        "from marts.fct_metric_versions order by metric_name, version desc"
    ):
        found.setdefault(row["metric_name"], []).append(row)
    return found
