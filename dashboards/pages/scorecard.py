"""The scorecard of CS Operations itself: its measures against target, and its maturity."""

from __future__ import annotations

from typing import Any

from dashboards.formats import shown, words
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.tables import Column, Table
from dashboards.theme import Figure, Section, present, theme_page

KINDS = {"share": "share", "hours": "hour_parts", "days": "days"}
TONES = {"met": "good", "missed": "poor"}
SIDES = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}


def scorecard_page(marts: Marts) -> Page:
    """How well the operations behind customer success work."""
    kpis = _kpis(marts)
    return theme_page(
        "scorecard.html",
        "CS Ops scorecard",
        "Does CS Operations do its own job: data, process, tools, forecasts and time?",
        _summary(marts, kpis),
        [
            Section("measures", "Measures against target", figures=_kpi_figures(marts, kpis),
                    tables=present(_kpi_table(kpis))),
            Section("maturity", "Maturity",
                    "A stage is reached when every marker of it and of the stages below is met.",
                    tables=present(_maturity_table(marts))),
            Section("history", "Every month", folded=present(_history_table(marts))),
        ],
        "The marts of CS Operations are not in this version.",
    )  # fmt: skip


def _kpis(marts: Marts) -> list[Row]:
    """The measures of the newest complete month (of the newest, if none is complete)."""
    if not marts.has("rpt_cs_ops_kpis_monthly"):
        return []
    rows = marts.rows(
        "select *, case status when 'met' then 'good' when 'missed' then 'poor' else 'fair' end "
        "as tone from marts.rpt_cs_ops_kpis_monthly where month_start_date = (select coalesce("
        "max(case when is_month_complete then month_start_date end), max(month_start_date)) "
        "from marts.rpt_cs_ops_kpis_monthly) order by kpi_rank"
    )
    for row in rows:
        kind = KINDS.get(row["unit"], "number")
        for key in ("kpi_value", "target", "benchmark"):
            row[f"{key}_text"] = shown(row[key], kind)
        row["target_text"] = _target(row, kind)
        row["change_text"] = _change(row["quarter_change"], row["unit"])
    return rows


def _target(row: Row, kind: str) -> str:
    side = SIDES.get(row["comparison"], "")
    return f"{side} {shown(row['target'], kind)}".strip() if row["target"] is not None else ""


def _change(value: Any, unit: str) -> str:
    """A change in the unit of its measure; points where the unit is a share."""
    if value is None:
        return ""
    if unit == "share":
        return shown(value, "change")
    return f"{float(value):+.1f} {unit}".replace("-", "\u2212")


def _summary(marts: Marts, kpis: list[Row]) -> list[Figure]:
    figures = []
    if kpis:
        month = f"{kpis[0]['month_start_date']:%B %Y}"
        found = {status: sum(row["status"] == status for row in kpis)
                 for status in ("met", "missed")}  # fmt: skip
        figures = [
            Figure("Targets met", found["met"], "count", f"of {len(kpis)} in {month}"),
            Figure("Targets missed", found["missed"], "count",
                   ", ".join(row["kpi_name"] for row in kpis if row["status"] == "missed")[:120]
                   .rsplit(",", 1)[0] + (" \u2026" if found["missed"] > 4 else "")),
            Figure("Not known", len(kpis) - sum(found.values()), "count",
                   ", ".join(row["kpi_name"] for row in kpis if row["status"] not in found)),
        ]  # fmt: skip
    stage = [row for row in _markers(marts) if row["is_supported_stage"]]
    if stage:
        missing = [row["marker_name"] for row in _markers(marts) if row["is_missing_for_next"]]
        figures.append(
            Figure("Maturity", stage[0]["stage_name"], "text",
                   f"for the next stage: {'; '.join(missing)}" if missing else "")
        )  # fmt: skip
    return figures


def _kpi_figures(marts: Marts, kpis: list[Row]) -> list[Figure]:
    if not kpis:
        return []
    trends: dict[str, list[Any]] = {}
    for row in marts.rows(
        "select kpi_id, kpi_value from marts.rpt_cs_ops_kpis_monthly where month_start_date > "
        "cast(? as date) - interval 12 month and month_start_date <= ? "
        "order by kpi_id, month_start_date",
        [kpis[0]["month_start_date"], kpis[0]["month_start_date"]],
    ):
        trends.setdefault(row["kpi_id"], []).append(row["kpi_value"])
    return [
        Figure(row["kpi_name"], row["kpi_value"], KINDS.get(row["unit"], "number"),
               row["unknown_reason"] or
               (f"{row['change_text']} against a quarter ago" if row["change_text"] else ""),
               row["kpi_id"],
               target=f"Target {row['target_text']}: {row['status']}" if row["target_text"] else "",
               status=TONES.get(row["status"], ""), trend=trends.get(row["kpi_id"], []))
        for row in kpis
    ]  # fmt: skip


def _kpi_table(kpis: list[Row]) -> Table | None:
    if not kpis:
        return None
    return Table(
        "cs-ops-measures",
        f"Measures of {kpis[0]['month_start_date']:%B %Y}",
        [
            Column("kpi_name", "Measure"),
            Column("kpi_value_text", "Value"),
            Column("target_text", "Target"),
            Column("status", "Status", "words", tone="tone"),
            Column("benchmark_text", "Benchmark"),
            Column("change_text", "Quarter"),
            Column("trend", "Trend", "words"),
            Column("owner_team", "Owner"),
            Column("unknown_reason", "Why not known"),
        ],
        kpis,
        file_only=[Column("kpi_id", "Metric"), Column("numerator", "Numerator"),
                   Column("denominator", "Denominator"), Column("kpi_value", "Exact value"),
                   Column("target", "Exact target")],
    )  # fmt: skip


def _markers(marts: Marts) -> list[Row]:
    if not marts.has("rpt_cs_ops_maturity"):
        return []
    return marts.rows(
        "select stage_name, stage_rank, marker_name, kpi_id, comparison, status, kpi_value, "
        "threshold, is_supported_stage, is_missing_for_next, case status when 'met' then 'good' "
        "when 'missed' then 'poor' else 'fair' end as tone from marts.rpt_cs_ops_maturity "
        "order by stage_rank, marker_name nulls first"
    )


def _maturity_table(marts: Marts) -> Table | None:
    rows = [row for row in _markers(marts) if row["kpi_id"]]
    if not rows:
        return None
    for row in rows:
        row["side"] = SIDES.get(row["comparison"], words(row["comparison"]))
    return Table(
        "maturity",
        "Markers of each stage",
        [
            Column("marker_name", "Marker", wide=True),
            Column("stage_name", "Stage"),
            Column("status", "Status", "words", tone="tone"),
            Column("kpi_value", "Value", "number"),
            Column("side", "Asked"),
            Column("threshold", "Threshold", "number"),
            Column("is_missing_for_next", "Missing for the next stage", "flag"),
        ],
        rows,
    )


def _history_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_cs_ops_kpis_monthly"):
        return None
    rows = marts.rows(
        "select kpi_name, month_start_date, numerator, denominator, kpi_value, target, status, "
        "trend, unit, is_month_complete from marts.rpt_cs_ops_kpis_monthly "
        "order by month_start_date desc, kpi_rank"
    )
    if not rows:
        return None
    return Table(
        "cs-ops-history",
        "Every measure of every month",
        [
            Column("kpi_name", "Measure"),
            Column("month_start_date", "Month from", "day"),
            Column("numerator", "Numerator", "number"),
            Column("denominator", "Denominator", "number"),
            Column("kpi_value", "Value", "number"),
            Column("unit", "Unit"),
            Column("target", "Target", "number"),
            Column("status", "Status", "words"),
            Column("is_month_complete", "Complete", "flag"),
        ],
        rows,
        limit=38,
    )
