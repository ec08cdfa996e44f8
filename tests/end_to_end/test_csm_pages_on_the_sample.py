"""The pages of a CSM and of an account say what the published marts say."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import duckdb
import pytest

CSM = "0055g000004n38YAAQ"
ACCOUNT = "0015g00000vFNBPAA4"


@pytest.fixture(scope="module")
def site(sample_home: Path) -> Path:
    return (sample_home / "site").resolve(strict=True)


@pytest.fixture(scope="module")
def marts(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    file = (sample_home / "published" / "current.duckdb").resolve(strict=True)
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def _cards(page: str) -> dict[str, str]:
    """The exact value of each card by its heading."""
    found = re.findall(r'<div class="card">\s*<h3>(.*?)</h3>.*?data-value="(.*?)"', page, re.S)
    return {unescape(label): value for label, value in found}


def _rows(page: str, table: str) -> list[list[str]]:
    """The cells of a table, as numbers where they hold one."""
    [body] = re.findall(rf'<table data-name="{table}">.*?<tbody>(.*?)</tbody>', page, re.S)
    return [
        [
            (re.findall(r'data-value="(.*?)"', cell) or [re.sub(r"<[^>]*>", "", cell).strip()])[0]
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)
    ]


def test_the_page_of_a_csm_shows_the_book_of_the_marts(
    site: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    cards = _cards((site / "csm" / f"{CSM}.html").read_text("utf-8"))
    arr, red = marts.execute(
        "select sum(account.arr), count(*) filter (where band = 'red') from marts.dim_accounts as "
        "account left join marts.fct_account_health_daily as health on health.account_id = "
        "account.account_id and date_day = date '2026-06-30' "
        "where account.csm_user_id = ? and is_customer",
        [CSM],
    ).fetchone()
    assert float(cards["ARR"]) == float(arr)
    assert int(cards["Red accounts"]) == red
    (due,) = marts.execute(
        "select sum(due_arr) from marts.fct_renewals where csm_user_id = ? and outcome in "
        "('pending', 'overdue') and due_date between date '2026-07-01' and date '2026-09-28'",
        [CSM],
    ).fetchone()
    assert float(cards["ARR due in 90 days"]) == float(due)
    (tasks,) = marts.execute(
        "select count(*) from (select account_id from marts.fct_playbook_tasks where status = "
        "'overdue' union all select account_id from marts.fct_cs_actions where is_overdue) as work "
        "where account_id in (select account_id from marts.dim_accounts where csm_user_id = ? "
        "and is_customer)",
        [CSM],
    ).fetchone()
    assert int(cards["Overdue tasks"]) == tasks


def test_priorities_stand_in_the_order_that_the_rules_give(
    site: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    page = (site / "csm" / f"{CSM}.html").read_text("utf-8")
    shown = re.findall(r'<li data-account="(.*?)"', page)
    points: dict[str, tuple[int, float]] = {}
    for account_id, more, arr in marts.execute(
        "select account_id, points, arr from marts.fct_csm_priorities where csm_user_id = ?", [CSM]
    ).fetchall():
        points[account_id] = (points.get(account_id, (0, 0))[0] + more, float(arr))
    assert shown == sorted(points, key=lambda one: points[one], reverse=True)
    with (site / "downloads" / "csm" / CSM / "priorities.csv").open(encoding="utf-8") as lines:
        written = [row["Account id"] for row in csv.DictReader(lines)]
    assert list(dict.fromkeys(written)) == shown


def test_each_paying_account_is_in_one_book_and_the_books_add_up(
    site: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    rows = _rows((site / "csms.html").read_text("utf-8"), "books")
    accounts, arr = marts.execute(
        "select count(*), sum(arr) from marts.dim_accounts where is_customer"
    ).fetchone()
    assert sum(int(row[1]) for row in rows) == accounts
    assert sum(float(row[2]) for row in rows) == pytest.approx(float(arr))
    for row in rows:
        assert sum(int(text) for text in row[3:7]) == int(row[1])


def test_the_page_of_an_account_takes_its_score_apart(
    site: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    page = (site / "account" / f"{ACCOUNT}.html").read_text("utf-8")
    score, arr = marts.execute(
        "select score, (select arr from marts.dim_accounts where account_id = ?) from "
        "marts.fct_account_health_daily where account_id = ? and date_day = date '2026-06-30'",
        [ACCOUNT, ACCOUNT],
    ).fetchone()
    cards = _cards(page)
    assert float(cards["Health score"]) == float(score)
    assert float(cards["ARR, USD"]) == float(arr)
    assert sum(float(row[3]) for row in _rows(page, "inputs")) == pytest.approx(
        float(score), abs=0.05
    )
    tickets = marts.execute(
        "select ticket_id from marts.fct_tickets where account_id = ? "
        "order by is_open desc, created_date desc, ticket_id",
        [ACCOUNT],
    ).fetchall()
    assert [row[0] for row in _rows(page, "tickets")] == [one for (one,) in tickets[:6]]


def test_every_account_and_every_csm_has_a_page_and_no_link_of_the_site_is_dead(
    site: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    (accounts,) = marts.execute("select count(*) from marts.dim_accounts").fetchone()
    (csms,) = marts.execute("select count(*) from marts.dim_csms where is_active").fetchone()
    assert len(list(site.glob("account/*.html"))) == accounts
    assert len(list(site.glob("csm/*.html"))) == csms + 1
    there = {file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file()}
    for folder in ("account", "csm"):
        for file in site.glob(f"{folder}/*.html"):
            for link in set(re.findall(r'href="([^"#]+)', file.read_text("utf-8"))):
                if not link.startswith(("https:", "data:")):
                    target = link.removeprefix("../") if link.startswith("../") else folder + link
                    assert unescape(target) in there, f"{file.name}: {link}"


def test_what_is_not_known_of_an_account_is_a_dash_on_its_page(
    site: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    unknown = marts.execute(
        "select account_id from marts.rpt_account_360 where is_active and health_score is null"
    ).fetchall()
    assert unknown
    for (account_id,) in unknown:
        page = (site / "account" / f"{account_id}.html").read_text("utf-8")
        assert _cards(page)["Health score"] == ""
        assert re.search(r"Not known: health[,.]", page)
