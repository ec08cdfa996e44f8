"""A site made of the one before is that made of nothing; only changed pages are rendered."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from dashboards import build
from dashboards.build import build_site
from dashboards.marts import published_marts
from dashboards.page import Page
from dashboards.reuse import RECORD, SiteBefore, split
from dashboards.tables import Column, Table
from dashboards.writing import PageWriter
from orchestration.publication.versions import current_version, versions_folder
from tests.support.published_home import publish_tables
from tests.unit.dashboards.test_pages_of_csms_and_accounts import (
    COUNTS,
    DAYS,
    FLAGS,
    NUMBERS,
    TEXTS,
)

Account = dict[str, str]


def account(number: int, **known: str) -> Account:
    """A paying account in SQL values: id a<number>, in the book of csm1 or csm2 by its number."""
    kinds = {"varchar": TEXTS, "decimal(18,2)": NUMBERS, "date": DAYS}
    blank = {name: f"cast(null as {kind})" for kind, names in kinds.items() for name in names}
    blank |= dict.fromkeys(COUNTS, "0") | dict.fromkeys(FLAGS, "false")
    own = {
        "account_id": f"'a{number}'",
        "account_name": f"'Account {number}'",
        "arr": f"{number}.5",
        "arr_year_before": "0",
        "reporting_currency": "'USD'",
        "is_active": "true",
        "csm_user_id": f"'csm{number % 2 + 1}'",
        "csm_name": f"'Csm {number % 2 + 1}'",
    }
    return blank | own | known


def company() -> list[Account]:
    return [account(number) for number in range(1, 9)]


def tickets(owners: list[str]) -> str:
    """Nine tickets of each account: more than a page shows, so that there is a file too."""
    return (
        "select id as account_id, id || '-' || n as ticket_id, 'question' as ticket_type, "
        "'low' as priority, 'solved' as status, false as is_open, false as is_escalated, "
        "cast(n as double) as first_response_hours, 1.0 as resolution_hours, "
        "date '2026-06-01' + cast(n as integer) as created_date, date '2026-06-20' as solved_date "
        f"from (select unnest({owners}) as id) cross join range(9) as numbers (n)"
    )


def scores(owners: list[str]) -> str:
    """A score a week of some accounts, so that the chart's year moves with the day."""
    return (
        "select id as account_id, date '2026-06-23' - cast(7 * n as integer) as date_day, "
        "70.0 + n as score, 'scored' as status, 'green' as band, 'green' as raw_band, "
        "70.0 as raw_score, 1 as model_version, 0.5 as coverage, null as override_reason, "
        "null as override_end_date, 0.0 as score_change_7d, 0.0 as score_change_90d "
        f"from (select unnest({owners}) as id) cross join range(30) as numbers (n)"
    )


def csms(*names: str) -> str:
    rows = ", ".join(f"('csm{place}', '{name}')" for place, name in enumerate(names, 1))
    return (
        "select id as csm_user_id, name as csm_name, null as team, null as region, null as "
        "manager_user_id, true as is_active, date '2024-01-01' as start_date "
        f"from (values {rows}) as people (id, name)"
    )


def publish(home: Path, accounts: list[Account], number: int, day: str = "", **marts: str) -> Path:
    """Publish the accounts as version `number`; gives the folder `published`."""
    rows = [", ".join(f"{value} as {name}" for name, value in one.items()) for one in accounts]
    tables = {
        "rpt_account_360": " union all ".join(f"select {row}" for row in rows),
        "dim_csms": csms("Csm 1", "Csm 2"),
        "fct_tickets": tickets([one["account_id"].strip("'") for one in accounts]),
        "fct_account_health_daily": scores(["a1", "a4"]),
    }
    published = publish_tables(home, tables | marts, number)
    if day:
        version = current_version(published) or ""
        file = versions_folder(published) / version / "manifest.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"as_of_date": day}))
    return published


def tree(site: Path) -> Mapping[str, bytes]:
    folder = site.resolve()
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def mains(site: Path) -> Mapping[str, str]:
    pages = {name: text.decode() for name, text in tree(site).items() if name.endswith(".html")}
    return {name: parts[1] for name, text in pages.items() if (parts := split(text))}


def changed(accounts: list[Account], chance: random.Random) -> tuple[list[Account], dict[str, str]]:
    """A few changes of many kinds: amounts, names, another CSM, gone, new, a customer no more."""
    accounts = [dict(one) for one in accounts]
    marts: dict[str, str] = {}
    for one in chance.sample(accounts, chance.randrange(1, 4)):
        kind = chance.randrange(7)
        if kind == 0:
            one["arr"] = f"{chance.randrange(1, 99)}.25"
        elif kind == 1:
            one["account_name"] = "'Renamed <b>'"
        elif kind == 2:
            one |= {"csm_user_id": "'csm2'", "csm_name": "'Csm 2'"}
        elif kind == 3:
            accounts.remove(one)
        elif kind == 4:
            one |= {"is_active": "false", "churned_date": "date '2026-06-01'", "arr": "0"}
        elif kind == 5:
            accounts.append(account(chance.randrange(20, 30)))
        else:
            marts["fct_tickets"] = tickets([chance.choice(accounts)["account_id"].strip("'")])
    if chance.random() < 0.3:
        marts["dim_csms"] = csms("Csm one", "Csm 2")
    return accounts, marts


@pytest.mark.parametrize("seed", range(3))
def test_after_any_change_the_site_is_byte_for_byte_the_one_made_of_nothing(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    accounts = company()
    build_site(publish(tmp_path, accounts, 1), tmp_path / "site")
    for number in (2, 3):
        accounts, marts = changed(accounts, chance)
        day = "2026-07-07" if number == 3 else ""  # a week later the chart moves, its rows do not
        published = publish(tmp_path, accounts, number, day, **marts)
        before = mains(tmp_path / "site")
        made = build_site(published, tmp_path / "site")
        build_site(published, tmp_path / f"new{number}" / "site")
        assert tree(tmp_path / "site") == tree(tmp_path / f"new{number}" / "site")
        # Every page that reads otherwise than before was rendered, and not all of them were.
        now = mains(tmp_path / "site")
        different = {name for name in now if now[name] != before.get(name)}
        assert len(different) <= made.rendered < made.pages


def test_a_change_of_one_account_renders_its_page_that_of_its_csm_and_the_totals(
    tmp_path: Path,
) -> None:
    accounts = company()
    first = build_site(publish(tmp_path, accounts, 1), tmp_path / "site")
    # Seven themes and lists of the company, the dictionary among them, and two of the books …
    assert first.rendered == first.pages == 7 + 3 + 3 + 8
    before = mains(tmp_path / "site")
    accounts[2]["arr"] = "400.5"
    made = build_site(publish(tmp_path, accounts, 2), tmp_path / "site")
    now = mains(tmp_path / "site")
    expected = {"account/a3.html", "csm/csm2.html", "csms.html", "accounts.html"}
    assert {name for name in now if now[name] != before[name]} == expected
    assert made.rendered == len(expected)
    assert "400" in now["account/a3.html"]


def test_a_page_that_is_not_rendered_says_the_day_and_version_of_today(tmp_path: Path) -> None:
    build_site(publish(tmp_path, company(), 1), tmp_path / "site")
    made = build_site(publish(tmp_path, company(), 2, "2026-07-01"), tmp_path / "site")
    assert made.rendered < made.pages
    for name, content in tree(tmp_path / "site").items():
        if name.endswith(".html"):
            text = content.decode()
            assert "as of 2026-07-01</title>" in text, name
            assert '<time datetime="2026-07-01">' in text, name
            assert "marts_2026-06-30_002" in text, name
            assert "marts_2026-06-30_001" not in text, name


def test_the_verdict_stands_anew_on_every_page_and_renders_none_of_an_account(
    tmp_path: Path,
) -> None:
    build_site(publish(tmp_path, company(), 1), tmp_path / "site")
    before = tree(tmp_path / "site")
    faults = {
        "dim_accounts": "select 'a1' as account_id, 50.0 as arr, true as is_customer, "
        "'USD' as reporting_currency",
        "fct_data_issues": "select 'a1' as account_id, 10.0 as arr_at_stake, 'x' as owner_team",
    }
    published = publish(tmp_path, company(), 2, **faults)
    made = build_site(published, tmp_path / "site")
    build_site(published, tmp_path / "new" / "site")
    after = tree(tmp_path / "site")
    assert after == tree(tmp_path / "new" / "site")
    for name in (name for name in after if name.endswith(".html")):
        assert b"20.0 % of ARR touched" in after[name], name
        assert b"20.0 % of ARR touched" not in before[name], name
    assert made.rendered <= made.pages - 8


@pytest.mark.parametrize(
    "damage", ["edited", "cut", "gone", "no file", "no record", "bad record", "cut record"]
)
def test_what_was_touched_by_hand_is_made_anew(tmp_path: Path, damage: str) -> None:
    build_site(publish(tmp_path, company(), 1), tmp_path / "site")
    page = tmp_path / "site" / "account" / "a3.html"
    record = tmp_path / "site" / RECORD
    if damage == "edited":
        page.write_text(page.read_text("utf-8").replace("Account 3", "Account three"), "utf-8")
    elif damage == "cut":
        page.write_bytes(page.read_bytes()[:500])
    elif damage == "gone":
        page.unlink()
    elif damage == "no file":
        (tmp_path / "site" / "downloads" / "account" / "a3" / "tickets.csv").unlink()
    elif damage == "no record":
        record.unlink()
    elif damage == "bad record":
        record.write_bytes(gzip.compress(b'{"pages": {"account/a3.html": 7}}'))
    else:
        record.write_bytes(record.read_bytes()[:-100])
    published = publish(tmp_path, company(), 2)
    made = build_site(published, tmp_path / "site")
    build_site(published, tmp_path / "new" / "site")
    assert tree(tmp_path / "site") == tree(tmp_path / "new" / "site")
    assert made.rendered == (made.pages if "record" in damage else 1)


def test_force_and_other_code_render_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = publish(tmp_path, company(), 1)
    first = build_site(published, tmp_path / "site")
    again = build_site(published, tmp_path / "site")
    forced = build_site(published, tmp_path / "site", force=True)
    monkeypatch.setattr(build, "_code_hash", lambda: "another")
    other = build_site(published, tmp_path / "site")
    assert [one.rendered for one in (first, again, forced, other)] == [
        first.pages,
        0,
        first.pages,
        first.pages,
    ]


def test_a_file_that_sites_share_outlives_the_first_of_them(tmp_path: Path) -> None:
    contents = []
    for number in (1, 2, 3, 4):
        build_site(publish(tmp_path, company(), number), tmp_path / "site")
        file = tmp_path / "site" / "downloads" / "account" / "a3" / "tickets.csv"
        contents.append((file.stat().st_ino, file.read_text("utf-8")))
    assert len(set(contents)) == 1
    assert contents[0][1].count("a3-") == 9
    assert len(list((tmp_path / "sites").iterdir())) == 2


def test_a_file_of_one_page_is_never_overwritten_by_another(tmp_path: Path) -> None:
    published = publish(tmp_path / "home", company(), 1)
    table = Table("same", "Twice", [Column("account_id", "Account")], [{"account_id": "a1"}])
    one = Page("one.html", "One", "What is one?", "report.html", {"sections": []}, [table])
    with published_marts(published) as marts:
        writer = PageWriter(marts, tmp_path, SiteBefore(), "code")
        writer.write(one)
        with pytest.raises(ValueError, match=r"same\.csv is a file of one\.html and of two\.html"):
            writer.write(replace(one, file="two.html"))
