"""The site is the last step: when it fails the run says so, and what is published stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.defs.publication.exposures import exposed
from orchestration.defs.publication.site import static_site
from orchestration.defs.reports.governance_reports import governance_reports
from orchestration.publication.versions import current_version
from orchestration.resources.warehouse import Warehouse
from tests.support.published_home import publish_tables


@pytest.fixture
def home(tmp_path: Path) -> Path:
    publish_tables(tmp_path, {"dim_dates": "select date '2026-06-30' as date_day"})
    return tmp_path


def _materialized(home: Path) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [static_site()],
        resources={"warehouse": Warehouse(home=str(home), as_of="2026-06-30")},
        raise_on_error=False,
    )


def test_the_step_makes_the_pages_of_the_published_version(home: Path) -> None:
    result = _materialized(home)
    assert result.success
    [made] = result.asset_materializations_for_node("published__site")
    written = {file.name for file in (home / "site").resolve().rglob("*.html")}
    assert {"index.html", "quality.html", "metrics.html", "renewals.html"} <= written
    assert made.metadata["pages"].value == len(written)
    assert (home / "site" / "index.html").is_file()


def test_each_page_says_where_it_lies_and_a_kind_of_page_how_many_there_are(home: Path) -> None:
    def page(name: str, description: str) -> dict[str, object]:
        return {
            **{"name": f"page_{name}", "label": name, "description": description, "url": None},
            **{"owner": {"name": "CS Ops"}, "depends_on": {"nodes": ["model.csops.dim_accounts"]}},
        }

    manifest = {
        "nodes": {"model.csops.dim_accounts": {"name": "dim_accounts"}},
        "exposures": {
            "a": page("executive", "What changed (index.html)."),
            "b": page("accounts", "The list and a page each (accounts.html, account/)."),
        },
    }
    result = dg.materialize(
        [static_site(list(exposed(manifest)))],
        resources={"warehouse": Warehouse(home=str(home), as_of="2026-06-30")},
    )
    made = {
        event.asset_key.to_user_string(): event.step_materialization_data.materialization.metadata
        for event in result.get_asset_materialization_events()
    }
    assert set(made) == {"published/site", "pages/executive", "pages/accounts"}
    index = home / "site" / "index.html"
    assert made["pages/executive"]["file index.html"].value == str(index)
    assert made["pages/executive"]["link index.html"].value == index.absolute().as_uri()
    assert made["pages/accounts"]["pages in account/"].value == 0


def test_a_site_that_fails_says_so_and_leaves_what_is_published(home: Path) -> None:
    (home / "site").mkdir()
    published = current_version(home / "published")
    result = _materialized(home)
    assert not result.success
    [failure] = [event for event in result.all_events if event.is_step_failure]
    said = failure.step_failure_data.user_failure_data.description
    assert "the tables are published, but the site could not be made" in said
    assert "folder of its own" in said
    assert current_version(home / "published") == published


def test_the_reports_of_ended_periods_are_made_once_and_shown(home: Path) -> None:
    def materialized(day: str) -> dg.ExecuteInProcessResult:
        return dg.materialize(
            [static_site(), governance_reports()],
            resources={"warehouse": Warehouse(home=str(home), as_of=day)},
        )

    materialized("2026-06-30")
    names = {file.name for file in (home / "site" / "reports").iterdir()}
    # As of Tuesday, the last day of a quarter: the day, the week to Sunday, the month, the quarter.
    assert names == {
        "2026-06-30-health-and-freshness.html",
        "2026-06-28-data-quality-review.html",
        "2026-06-28-forecast-snapshot.html",
        "2026-06-30-playbook-audit.html",
        "2026-06-30-health-validation.html",
        "2026-06-30-dictionary-review.html",
    }
    weekly = home / "reports" / "2026-06-28-data-quality-review.html"
    weekly.write_text("as it was reviewed", encoding="utf-8")
    materialized("2026-06-30")
    assert weekly.read_text(encoding="utf-8") == "as it was reviewed"
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb")) as connection:
        kept = connection.execute(
            "select duty_id, period_end_date, done_date, report_file from ops.governance_reports"
        ).fetchall()
    assert len(kept) == 6
    assert (
        "data_quality_review",
        date(2026, 6, 28),
        date(2026, 6, 30),
        "reports/2026-06-28-data-quality-review.html",
    ) in kept
