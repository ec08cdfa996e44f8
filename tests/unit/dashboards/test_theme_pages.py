"""The theme pages of an empty, a very young and a very large company."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from dashboards.build import build_site
from dashboards.drawings import waterfall_chart
from dashboards.theme import Figure
from tests.support.empty_marts import empty_marts
from tests.support.published_home import publish_tables

PAGES = ("index", "renewals", "retention", "health", "capacity", "scorecard")
PAST = "date '2026-06-30'"


def _text(home: Path, page: str) -> str:
    html = (home / "site" / f"{page}.html").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def _rows(home: Path, name: str) -> list[dict[str, str]]:
    with (home / "site" / "downloads" / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _mart(name: str, values: dict[str, str], of: str = "(select 1)") -> str:
    """A mart's query with these values, the other columns of its contract blank."""
    blank = re.findall(r"cast\(null as ([^,]+?(?:\(\d+, ?\d+\))?)\) as (\w+)", empty_marts()[name])
    cells = [
        f"cast({values.get(column, 'null')} as {data_type}) as {column}"
        for data_type, column in blank
    ]
    return f"select {', '.join(cells)} from {of}"


@pytest.mark.parametrize("page", PAGES)
def test_a_version_without_the_marts_says_so_and_has_no_number(tmp_path: Path, page: str) -> None:
    publish_tables(tmp_path, {"dim_dates": "select 1 as day_number"})
    build_site(tmp_path / "published", tmp_path / "site")
    text = (tmp_path / "site" / f"{page}.html").read_text(encoding="utf-8")
    assert "<table" not in text
    assert "not in this version" in text


def test_marts_without_a_row_make_pages_without_a_chart(tmp_path: Path) -> None:
    publish_tables(tmp_path, empty_marts())
    made = build_site(tmp_path / "published", tmp_path / "site")
    assert made.pages >= len(PAGES)
    for page in PAGES:
        html = (tmp_path / "site" / f"{page}.html").read_text(encoding="utf-8")
        assert 'class="chart"' not in html, page
        assert "None" not in _text(tmp_path, page), page
        assert "nan" not in _text(tmp_path, page).split(), page
    assert "Nothing changed." in _text(tmp_path, "index")
    assert "not published: no mart has it yet" in _text(tmp_path, "index")


def test_a_company_of_one_month_has_its_numbers_and_no_trend(tmp_path: Path) -> None:
    moves = {
        "account_id": "'a'", "movement": "'new'", "opening_arr": "0", "new_arr": "1200",
        "expansion_arr": "0", "contraction_arr": "0", "churn_arr": "0", "reactivation_arr": "0",
        "closing_arr": "1200", "month_start_date": "date '2026-06-01'",
    }  # fmt: skip
    health = {
        "account_id": "'a'", "segment": "'smb'", "arr": "1200", "score": "81",
        "outlook": "'healthy'", "band": "'green'", "status": "'scored'",
        "month_start_date": "date '2026-06-01'", "date_day": PAST,
    }  # fmt: skip
    slices = {
        "accounts": "1", "scored_accounts": "1", "healthy_accounts": "1", "at_risk_accounts": "0",
        "mean_score": "81", "arr": "1200", "healthy_arr": "1200", "at_risk_arr": "0",
        "healthy_arr_rate": "1", "month_start_date": "date '2026-06-01'", "date_day": PAST,
    }  # fmt: skip
    account = {
        "account_id": "'a'", "account_name": "'Only one'", "arr": "1200", "is_customer": "true",
        "reporting_currency": "'EUR'", "first_customer_date": "date '2026-06-03'",
    }  # fmt: skip
    publish_tables(
        tmp_path,
        {
            **empty_marts(),
            "fct_arr_movements_monthly": _mart("fct_arr_movements_monthly", moves),
            "fct_account_health_monthly": _mart("fct_account_health_monthly", health),
            "rpt_health_monthly": " union all ".join(
                _mart("rpt_health_monthly", {**slices, "slice_type": kind, "slice_value": name})
                for kind, name in (("'company'", "'all'"), ("'segment'", "'smb'"))
            ),
            "dim_accounts": _mart("dim_accounts", account),
        },
    )
    build_site(tmp_path / "published", tmp_path / "site")
    text = _text(tmp_path, "index")
    assert "ARR, EUR 1.20k 1 customers" in text
    assert "ARR of healthy accounts 100 % 1 accounts, 1.20k" in text
    assert "Only one new customer 1,200 1,200 2026-06-01" in text
    [bridge] = _rows(tmp_path, "arr-bridge")
    assert (bridge["Opening"], bridge["New"], bridge["Closing"]) == ("0.00", "1200.00", "1200.00")
    assert 'class="spark"' not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "SMB 1 81.0 1 0" in _text(tmp_path, "health")


def test_ten_thousand_accounts_are_cut_on_the_page_and_whole_in_small_files(
    tmp_path: Path,
) -> None:
    renewal = {
        "contract_id": "'8005g00000k7VAe' || place", "account_id": "'0015g000004mz9B' || place",
        "segment": "'mid_market'", "outcome": "'pending'", "undecided_arr": "1000 + place",
        "due_arr": "1000 + place", "is_at_risk": "place % 10 = 0", "forecast_category": "'commit'",
        "due_date": f"{PAST} + cast(1 + place % 180 as integer)",
        "notice_deadline_date": f"{PAST}",
    }  # fmt: skip
    account = {
        "account_id": "'0015g000004mz9B' || place",
        "account_name": "'Long-named company number ' || place",
        "segment": "'mid_market'", "arr": "1000 + place", "is_customer": "true",
    }  # fmt: skip
    risk = {
        **account, "is_active": "true", "is_merged": "false", "is_deleted": "false",
        "is_renewal_at_risk": "true", "health_band": "'red'", "overdue_tasks": "0",
        **dict.fromkeys(["overdue_actions", "open_tasks", "open_actions", "open_tickets"], "0"),
        **dict.fromkeys(["open_escalations", "data_issues", "arr_year_before"], "0"),
        **dict.fromkeys(["renewal_warnings", "open_expansion_signals"], "0"),
        "reporting_currency": "'USD'", "data_issues_arr_at_stake": "0",
        "health_reason_1": "'Active users went from 129 % to 68 % of their usual level'",
    }  # fmt: skip
    many, few = (f"(select unnest(range({number})) as place)" for number in (10_000, 300))
    publish_tables(
        tmp_path,
        {
            **empty_marts(),
            "fct_renewals": _mart("fct_renewals", renewal, many),
            "dim_accounts": _mart("dim_accounts", account, many),
            # each of these has a page of its own, which benchmarks/site.py measures
            "rpt_account_360": _mart("rpt_account_360", risk, few),
        },
    )
    build_site(tmp_path / "published", tmp_path / "site")
    assert len(_rows(tmp_path, "renewal-calendar")) == 10_000
    assert len(_rows(tmp_path, "top-risks")) == 300
    assert "12 of 300 rows" in _text(tmp_path, "index")
    for file in (tmp_path / "site").resolve().rglob("*"):
        assert not file.is_file() or file.stat().st_size < 2_000_000, file.name
    windows = {row["Due"]: row["Contracts"] for row in _rows(tmp_path, "renewal-windows")}
    # Days 1 to 180 in turn: 55 whole rounds of 180, and days 1 to 100 once more.
    assert windows["within 30 days"] == str(55 * 30 + 30)
    assert windows["within 90 days"] == str(55 * 90 + 90)
    assert windows["within 180 days"] == "10000"


def test_a_bridge_stands_at_both_ends_and_says_when_its_axis_is_cut() -> None:
    near = waterfall_chart("ARR", [("Opening", 1000), ("New", 50), ("Closing", 1050)], "")
    far = waterfall_chart("ARR", [("Opening", 0), ("New", 50), ("Closing", 50)], "")
    assert near.title == "ARR; the axis is cut"
    assert far.title == "ARR"
    assert "+50" in near.svg


def test_a_trend_is_drawn_from_three_known_months_on() -> None:
    assert Figure("a", 1, "count", trend=[1, None, 2]).spark == ""
    line = Figure("a", 1, "count", trend=[1, None, 2, 3]).spark
    assert line.count(",") == 3
    assert 'cy="3.0"' in line
