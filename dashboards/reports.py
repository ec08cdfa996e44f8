"""Dated reports of the governance calendar: what a review was held from, kept as it was."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from dashboards.formats import day
from dashboards.marts import Marts
from dashboards.page import Page
from dashboards.pages import company
from dashboards.pages.quality import quality_page
from dashboards.pages.sources import freshness_tables
from dashboards.render import Renderer
from dashboards.tables import Column, Table

FOLDER = "reports"
KEPT_IN_SITE = 120
"""The newest reports that the site shows; the home keeps them all."""


@dataclass(frozen=True)
class Duty:
    """A row of seeds/reference/governance_calendar.csv."""

    duty_id: str
    name: str
    cadence: str
    grace_days: int
    owner: str


def duties(project: Path) -> list[Duty]:
    """Every duty of the calendar, in its order."""
    file = project / "seeds" / "reference" / "governance_calendar.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Duty(row["duty_id"], row["duty_name"], row["cadence"], int(row["grace_days"]),
                 row["owner"])
            for row in csv.DictReader(lines)
        ]  # fmt: skip


def period_end(cadence: str, as_of: date) -> date:
    """The last day of the newest period that has ended by the end of `as_of`."""
    tomorrow = as_of + timedelta(days=1)
    if cadence == "weekly":
        return as_of - timedelta(days=as_of.isoweekday() % 7)
    if cadence == "monthly":
        return tomorrow.replace(day=1) - timedelta(days=1)
    if cadence == "quarterly":
        first_month = tomorrow.month - (tomorrow.month - 1) % 3
        return tomorrow.replace(month=first_month, day=1) - timedelta(days=1)
    return as_of


def report_name(duty: Duty, period: date) -> str:
    """The report's file, relative to the site."""
    return f"{FOLDER}/{day(period)}-{duty.duty_id.replace('_', '-')}.html"


def write_report(marts: Marts, duty: Duty, period: date, folder: Path) -> Path:
    """Write the report of a period under `folder` (a home); gives the file."""
    made = CONTENT.get(duty.duty_id, _nothing)(marts)
    tables = [_without_places(table) for table in made if table]
    page = Page(
        file=report_name(duty, period),
        title=f"{duty.name}, {duty.cadence}, to {day(period)}",
        question=f"{duty.owner} answers for it. As it stood on {day(marts.as_of)}; a report is "
        "written once and not changed.",
        template="report.html",
        tables=tables,
        root="../",
    )
    file = folder / page.file
    file.parent.mkdir(parents=True, exist_ok=True)
    # A kill must not leave half a report that counts as made.
    partial = file.with_suffix(".partial")
    partial.write_text(Renderer(marts).html(page), encoding="utf-8")
    partial.replace(file)
    return file


def show_reports(reports: Path, site: Path) -> None:
    """Copy the newest reports of a home into a site's folder."""
    target = site / FOLDER
    target.mkdir(exist_ok=True)
    newest = sorted(reports.glob("*.html"), reverse=True)[:KEPT_IN_SITE]
    for file in newest:
        shutil.copyfile(file, target / file.name)


def _without_places(table: Table) -> Table:
    """The table without links to places of the page that it comes from."""
    columns = [replace(one, link="") if one.link == "link" else one for one in table.columns]
    return replace(table, columns=columns)


def _nothing(_: Marts) -> Iterable[Table | None]:
    return ()


def _health_and_freshness(marts: Marts) -> Iterable[Table | None]:
    return [company.health_table(company.health(marts)), *freshness_tables(marts)[:1]]


def _data_quality_review(marts: Marts) -> Iterable[Table | None]:
    tables = quality_page(marts).tables
    wanted = ("accuracy-by-system", "accuracy-by-segment", "faults-by-team", "rules")
    return [table for name in wanted for table in tables if table.name == name]


def _forecast_snapshot(marts: Marts) -> Iterable[Table | None]:
    return [company.quarter_table(company.quarters(marts))]


def _playbook_audit(marts: Marts) -> Iterable[Table | None]:
    if not marts.has("rpt_playbook_compliance_monthly"):
        return []
    rows = marts.rows(
        "select month_start_date, playbook_id, sum(tasks_due) as due, "
        "sum(tasks_done_on_time) as on_time, sum(tasks_done_late) as late, "
        "sum(tasks_overdue) as overdue, "
        "cast(sum(tasks_done_on_time) as double) / nullif(sum(tasks_due), 0) as compliance "
        "from marts.rpt_playbook_compliance_monthly "
        "where month_start_date > cast(? as date) - interval 6 month "
        "group by 1, 2 order by 1 desc, 2",
        [marts.as_of],
    )
    columns = [
        Column("playbook_id", "Playbook", "words"),
        Column("month_start_date", "Month from", "day"),
        Column("due", "Tasks due", "count", "playbook_tasks_due"),
        Column("on_time", "On time", "count", "playbook_tasks_on_time"),
        Column("late", "Late", "count"),
        Column("overdue", "Not done", "count"),
        Column("compliance", "Compliance", "share", "playbook_compliance"),
    ]
    return [Table("playbook-compliance", "Playbook tasks due, the last six months", columns, rows)]


def _health_validation(marts: Marts) -> Iterable[Table | None]:
    if not marts.has("rpt_health_validation"):
        return []
    rows = marts.rows(
        "select metric_id || ' ' || horizon_days || ' days before' as measure, predictor_id, "
        "numerator, denominator, metric_value, lower_95, upper_95, has_enough_events "
        "from marts.rpt_health_validation where slice_type = 'all' "
        "and predictor_id in ('score', 'churn_risk') order by predictor_id desc, metric_id, "
        "horizon_days"
    )
    columns = [
        Column("measure", "Measure", "words"),
        Column("predictor_id", "Of", "words"),
        Column("numerator", "Numerator", "count"),
        Column("denominator", "Denominator", "count"),
        Column("metric_value", "Value"),
        Column("lower_95", "From (95 %)"),
        Column("upper_95", "To"),
        Column("has_enough_events", "Enough events", "flag"),
    ]
    return [Table("health-validation", "Can the health score be believed?", columns, rows)]


def _dictionary_review(marts: Marts) -> Iterable[Table | None]:
    if not marts.has("dim_metrics"):
        return []
    from dashboards.pages.dictionary import defined_metrics

    rows = defined_metrics(marts)
    columns = [
        Column("label", "Metric"),
        Column("definition", "Definition", wide=True),
        Column("owner", "Owner"),
        Column("version", "Version"),
        Column("since", "Since"),
    ]
    return [Table("definitions", "Every definition, to be read by its owner", columns, rows)]


CONTENT: dict[str, Callable[[Marts], Iterable[Table | None]]] = {
    "health_and_freshness": _health_and_freshness,
    "data_quality_review": _data_quality_review,
    "forecast_snapshot": _forecast_snapshot,
    "playbook_audit": _playbook_audit,
    "health_validation": _health_validation,
    "dictionary_review": _dictionary_review,
}
