"""The dated reports: which period has ended, and that a report is written once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboards.build import build_site
from dashboards.marts import published_marts
from dashboards.reports import duties, period_end, report_name, show_reports, write_report
from orchestration.publication.governance_reports import keep_report
from orchestration.settings import PROJECT
from tests.support.published_home import publish_tables

WEEK = date(2026, 6, 28)


@pytest.mark.parametrize(
    ("cadence", "as_of", "ended"),
    [
        ("daily", "2026-06-30", "2026-06-30"),
        ("weekly", "2026-06-30", "2026-06-28"),  # a Tuesday
        ("weekly", "2026-06-28", "2026-06-28"),  # the Sunday itself
        ("monthly", "2026-06-30", "2026-06-30"),
        ("monthly", "2026-06-29", "2026-05-31"),
        ("monthly", "2026-01-15", "2025-12-31"),
        ("quarterly", "2026-06-30", "2026-06-30"),
        ("quarterly", "2026-06-29", "2026-03-31"),
        ("quarterly", "2026-12-31", "2026-12-31"),
        ("quarterly", "2026-02-10", "2025-12-31"),
    ],
)
def test_a_period_has_ended_at_the_end_of_its_last_day(
    cadence: str, as_of: str, ended: str
) -> None:
    assert period_end(cadence, date.fromisoformat(as_of)).isoformat() == ended


def test_every_duty_of_the_calendar_has_a_report_that_says_when_and_whose(tmp_path: Path) -> None:
    publish_tables(tmp_path, {"dim_dates": "select 1 as day_number"})
    calendar = duties(PROJECT)
    assert {duty.cadence for duty in calendar} == {"daily", "weekly", "monthly", "quarterly"}
    with published_marts(tmp_path / "published") as marts:
        for duty in calendar:
            file = write_report(marts, duty, period_end(duty.cadence, marts.as_of), tmp_path)
            text = file.read_text(encoding="utf-8")
            assert duty.name in text
            assert duty.owner in text
            assert 'href="../site.css"' in text
    assert list((tmp_path / "reports").glob("*.partial")) == []


def test_a_new_site_shows_the_reports_that_were_made_before_it(tmp_path: Path) -> None:
    published = publish_tables(tmp_path, {"dim_dates": "select 1 as day_number"})
    build_site(published, tmp_path / "site")
    [weekly, *_] = [duty for duty in duties(PROJECT) if duty.cadence == "weekly"]
    with published_marts(published) as marts:
        write_report(marts, weekly, WEEK, tmp_path)
    show_reports(tmp_path / "reports", tmp_path / "site")
    assert (tmp_path / "site" / report_name(weekly, WEEK)).is_file()
    publish_tables(tmp_path, {"dim_dates": "select 2 as day_number"}, number=2)
    assert build_site(published, tmp_path / "site").is_new
    assert (tmp_path / "site" / report_name(weekly, WEEK)).is_file()


def test_the_first_day_on_which_a_report_was_made_counts(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:

        def done() -> list[tuple[date]]:
            return connection.execute("select done_date from ops.governance_reports").fetchall()

        keep_report(connection, "review", WEEK, "a.html", date(2026, 6, 30))
        keep_report(connection, "review", WEEK, "a.html", date(2026, 7, 1))
        assert done() == [(date(2026, 6, 30),)]
        keep_report(connection, "review", WEEK, "a.html", date(2026, 6, 29))
        assert done() == [(date(2026, 6, 29),)]
