"""Pages of CSMs and accounts from hand-made marts: order, the unknown, hostile names and ids."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from dashboards.build import build_site
from tests.support.published_home import publish_tables

SCRIPT = "<script>alert(1)</script>"
QUOTE = 'x" onmouseover="alert(1)'
CSM = '../"<b>ann'
ACCOUNT = "../../a'\"<i>"

TEXTS = [
    "account_id",
    "health_reason_1",
    "surviving_account_id",
    "account_name",
    "ultimate_parent_name",
    "segment",
    "region",
    "industry",
    "csm_user_id",
    "csm_name",
    "team",
    "touch_model",
    "reporting_currency",
    "churn_risk_band",
    "health_band",
    "override_band",
    "override_reason",
]
NUMBERS = [
    "arr",
    "arr_year_before",
    "next_renewal_arr",
    "health_score",
    "health_score_change_30d",
    "churn_risk",
    "nps",
    "csm_sentiment",
    "adoption_rate",
    "csat_rate",
    "days_to_renewal",
    "active_users",
    "seats",
]
COUNTS = [
    "renewal_warnings",
    "open_tickets",
    "open_tasks",
    "overdue_tasks",
    "open_actions",
    "overdue_actions",
    "open_escalations",
]
FLAGS = [
    "is_active",
    "is_merged",
    "is_deleted",
    "is_renewal_at_risk",
    "is_health_overridden",
    "has_executive_sponsor",
]
DAYS = [
    "first_customer_date",
    "churned_date",
    "next_renewal_date",
    "last_meeting_date",
    "override_end_date",
]


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _account(**known: str) -> str:
    """A row of rpt_account_360 in SQL; what isn't named is blank, counts are 0, flags false."""
    kinds = {"varchar": TEXTS, "decimal(18,2)": NUMBERS, "date": DAYS}
    blank = {name: f"cast(null as {kind})" for kind, names in kinds.items() for name in names}
    blank |= dict.fromkeys(COUNTS, "0") | dict.fromkeys(FLAGS, "false")
    row = blank | {"arr": "0.00", "arr_year_before": "0.00", "reporting_currency": "'USD'"} | known
    return "select " + ", ".join(f"{value} as {name}" for name, value in row.items())


ACCOUNTS = " union all ".join([
    _account(account_id=_text(ACCOUNT), account_name=_text(SCRIPT), csm_user_id=_text(CSM),
             csm_name=_text(QUOTE), arr="100.00", is_active="true", health_band="'red'",
             health_score="31.50"),
    _account(account_id="'late'", account_name="'Late'", csm_user_id=_text(CSM), arr="900.00",
             is_active="true", health_band="'green'", health_score="80.00"),
    _account(account_id="'alone'", account_name="'Alone'", arr="7.00", is_active="true"),
    _account(account_id="'old'", account_name="'Old'", is_merged="true",
             surviving_account_id="'late'"),
])  # fmt: skip
CSMS = f"""
    select {_text(CSM)} as csm_user_id, {_text(QUOTE)} as csm_name, null as team, null as region,
        null as manager_user_id, true as is_active, date '2024-01-01' as start_date
"""
PRIORITIES = f"""
    select * from (values
        ('late', 'task', 'Overdue', '{SCRIPT} waits', 'Do it', 30, 30, 2, null, 900.00, 1),
        ({_text(ACCOUNT)}, 'health', 'Red', 'Red at 31.5', 'Call', 80, 80, 1, null, 100.00, 1)
    ) as priorities (account_id, reason_kind, reason_name, why, next_step, points, account_points,
        account_rank, owner_user_id, arr, reason_rank)
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    publish_tables(
        tmp_path,
        {"rpt_account_360": ACCOUNTS, "dim_csms": CSMS, "fct_csm_priorities": PRIORITIES},
    )
    build_site(tmp_path / "published", tmp_path / "site")
    return (tmp_path / "site").resolve()


def _links(file: Path) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]*)"', file.read_text("utf-8"))]


def _books(site: Path) -> list[Path]:
    return [site / link for link in _links(site / "csms.html") if link.startswith("csm/")]


def test_hostile_names_and_ids_are_text_and_their_files_stay_in_the_site(site: Path) -> None:
    pages = [*site.glob("csm/*.html"), *site.glob("account/*.html")]
    assert len(pages) == 2 + 4
    for file in [*pages, site / "csms.html", site / "accounts.html"]:
        text = file.read_text("utf-8")
        assert re.fullmatch(r"[A-Za-z0-9_-]+\.html", file.name)
        assert SCRIPT not in text
        assert not re.search(r"<[^>]* onmouseover=", text), file.name
        assert not re.search("<[bi]>", text), file.name


def test_every_link_of_every_page_leads_to_a_file_of_the_site(site: Path) -> None:
    for file in site.rglob("*.html"):
        for link in _links(file):
            target = link.partition("#")[0]
            if target and not target.startswith(("https:", "data:")):
                there = (file.parent / target).resolve()
                assert there.is_relative_to(site), link
                assert there.is_file(), f"{file.name}: {link}"


def test_a_book_is_worked_through_in_the_order_of_the_mart(site: Path) -> None:
    text = _books(site)[0].read_text("utf-8")
    # The smaller account has the rank of 1, though the other one has nine times its ARR.
    assert 0 < text.index("Red at 31.5") < text.index("&lt;script&gt;alert(1)&lt;/script&gt; waits")


def test_an_account_without_a_csm_is_in_a_book_of_its_own(site: Path) -> None:
    last = _books(site)[-1].read_text("utf-8")
    assert "Accounts without a CSM" in last
    assert "Alone" in last
    assert "Alone" not in _books(site)[0].read_text("utf-8")


def test_what_is_not_known_is_said_and_is_no_zero(site: Path) -> None:
    text = (site / "account" / "alone.html").read_text("utf-8")
    assert "Not known: health, seats in use, NPS" in text
    for metric in ("health_score", "adoption_rate", "renewals_due"):
        assert f'data-metric="{metric}" data-value="">–</a>' in text
    assert "mart of accounts is not" not in text


def test_a_merged_account_shows_the_way_to_its_survivor(site: Path) -> None:
    assert "../account/late.html" in _links(site / "account" / "old.html")


def test_without_the_mart_of_accounts_both_lists_say_so(tmp_path: Path) -> None:
    publish_tables(tmp_path, {"dim_dates": "select date '2026-06-30' as date_day"})
    build_site(tmp_path / "published", tmp_path / "site")
    for name in ("csms.html", "accounts.html"):
        assert "not in this version" in (tmp_path / "site" / name).read_text("utf-8")
