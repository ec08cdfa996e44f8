"""The QBR data pack says what the marts say, and what isn't known; it runs nothing it is given."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from dashboards.qbr import charts, wording
from dashboards.qbr.accounts import AccountNotFoundError, find_account
from dashboards.qbr.facts import account_facts
from dashboards.qbr.layout import Page
from dashboards.qbr.page import account_page
from dashboards.qbr.render import html, pdf
from orchestration.cli import app
from tests.qbr.conftest import DAY, HOSTILE, VERSION

EMAIL = re.compile(r"\S@\w")


@pytest.fixture
def marts(home: Path):
    file = home / "published" / "versions" / VERSION / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def page_of(marts: duckdb.DuckDBPyConnection, account: str, **how: bool) -> Page:
    return account_page(account_facts(marts, account, DAY), VERSION, **how)


def said(page: Page) -> dict[str, str]:
    """Every label of the page with its value, tables by their first cell."""
    found = {label: f"{value} {note}".strip() for label, value, note in page.headline}
    for section in [*page.left, *page.right]:
        found[section.title] = section.note
        found |= dict(section.facts)
        if section.table:
            found |= {row[0]: " | ".join(row[1:]) for row in section.table.rows}
    return found


def test_every_figure_is_the_one_worked_out_by_hand(marts: duckdb.DuckDBPyConnection) -> None:
    told = said(page_of(marts, "A1"))
    # 13 September is 75 days after 30 June; the ticket of 30 June 2025 is a year old and out;
    # 2, 3 and 10 hours have the median 3, two of them within four hours.
    assert told["Annual recurring revenue"] == "USD 48,000"
    assert told["Next renewal"] == "13 Sep 2026 in 75 days"
    assert told["Health"].startswith("57 of 100 yellow")
    assert told["First value reached"] == "20 Oct 2024, 41 days after signing"
    assert told["Onboarding milestones"] == "3 of 4 (75 %)"
    assert told["Goals reached in them"] == "2 of 3 (67 %)"
    assert told["Higher than"] == "65 % of 20 others"
    assert told["Tickets; open now"] == "3; 1"
    assert told["First answer, median"] == "3.0 hours"
    assert told["First answer within target"] == "2 of 3 (67 %)"
    assert told["Satisfied"] == "1 of 2 (50 %)"
    assert told["Meetings in 90 days"] == "7; the last on 24 Jun 2026"
    assert told["Executive sponsor"] == "known, last met 3 Feb 2026"
    assert told["Reviews held on cadence"] == "1 of 2 (50 %)"
    assert told["ARR due"] == "USD 45,000"
    assert told["Last day for notice"] == "15 Jul 2026"
    assert told["A champion has left"] == "2 May 2026"
    assert told["Send the proposal"] == "15 Jun 2026 (overdue)"
    assert "up from 20 to 31" in told["Seats and users"]
    assert "Active users fell from 35 to 31" in told["Open risks"]


def test_an_account_with_hardly_any_data_gets_words_and_no_zeros(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    page = page_of(marts, "A4")
    told = said(page)
    assert told["Next renewal"] == told["Health"] == told["Seats in use"] == wording.UNKNOWN
    assert told["Annual recurring revenue"] == wording.UNKNOWN
    assert told["Support, 12 months"] == "No ticket of this account is on record."
    values = [value for label, value in told.items() if label != "Support, 12 months"]
    assert not any(re.search(r"\b0\b", value) for value in values)
    assert not any(section.chart for section in [*page.left, *page.right])


def test_a_hostile_name_is_shown_and_never_run(marts: duckdb.DuckDBPyConnection) -> None:
    page = page_of(marts, "A3")
    text = html(page)
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; #panic(&#34;x&#34;)" in text
    assert pdf(page).startswith(b"%PDF-")
    assert page.name == HOSTILE


def test_no_email_address_is_on_the_page(marts: duckdb.DuckDBPyConnection) -> None:
    text = html(page_of(marts, "A1"))
    assert "Ask (e-mail removed)" in text
    assert "Ann Ode" in text
    assert not EMAIL.search(re.sub(r"@(?:page|media)\b", "", text))


def test_a_customer_doesnt_see_our_risks_health_and_tasks(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    ours, theirs = html(page_of(marts, "A1")), html(page_of(marts, "A1", for_customer=True))
    for word in ("Open risks", "champion", "57 of 100", "Send the proposal", "internal"):
        assert word in ours, word
        assert word not in theirs, word
    assert "USD 45,000" in theirs


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_html_asks_nothing_from_outside_and_can_be_read_aloud(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    text = html(page_of(marts, "A1"))
    reader = _Reader()
    reader.feed(text)
    tags = reader.tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|url\(|@import", text)
    assert not [a for _, given in tags for a in given if a in {"src", "href"} or a[:2] == "on"]
    assert ("html", {"lang": "en"}) in tags
    assert [tag for tag, _ in tags].count("h1") == 1
    assert all(given.get("scope") == "col" for tag, given in tags if tag == "th")
    figures = [given["aria-label"] or "" for tag, given in tags if tag == "figure"]
    assert len(figures) == 3
    assert "31 users of 40 seats in Jun 26" in figures[0]
    assert "Jul 25 1, Jun 26 2" in figures[2]


def test_the_pdf_is_one_tagged_page_however_much_there_is_and_the_same_each_time(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    facts = account_facts(marts, "A1", DAY)
    name = {"account_name": "Société Générale de Très Longs Noms et de Participations " * 3}
    full = replace(
        facts, account={**facts.account, **name}, tasks=facts.tasks * 40, plans=facts.plans * 30,
        warnings=facts.warnings * 6,
    )  # fmt: skip
    page = account_page(full, VERSION)
    made = pdf(page)
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1
    assert b"/MarkInfo" in made
    assert made == pdf(page)
    tasks = next(section for section in page.right if section.title == "Next steps").table
    assert tasks is not None
    assert tasks.more == "and 36 more"


@pytest.mark.parametrize("wanted", ["A1", "acme steel", " Steel ", "Acme Iron", "A2", "acme"])
def test_an_account_is_found_by_id_name_or_part_and_merges_are_followed(
    marts: duckdb.DuckDBPyConnection, wanted: str
) -> None:
    assert find_account(marts, wanted).account_id == "A1"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("blank", ["2 accounts match", "A4  Blank Bricks", "A5  Blank Boards"]),
        ("Acmee Stel", ["no account", "A1  Acme Steel"]),
        ("zzzzzz", ["none has a name like it"]),
        ("", ["no account"]),
    ],
)
def test_an_unknown_or_ambiguous_account_is_an_error_that_lists_what_is_near(
    marts: duckdb.DuckDBPyConnection, wanted: str, words: list[str]
) -> None:
    with pytest.raises(AccountNotFoundError) as error:
        find_account(marts, wanted)
    assert all(word in str(error.value) for word in words)


def test_the_command_writes_both_files_and_says_where(home: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["qbr", "acme steel", "--home", str(home), "--out", str(tmp_path / "packs")]
    )
    assert done.exit_code == 0, done.output
    files = sorted(path.name for path in (tmp_path / "packs").iterdir())
    assert files == ["qbr-acme-steel-2026-06-30.html", "qbr-acme-steel-2026-06-30.pdf"]
    done = CliRunner().invoke(
        app, ["qbr", "A3", "--home", str(home), "--out", str(tmp_path), "--format", "html"]
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "qbr-script-alert-1-script-panic-x-bold-x-2026-06-30.html").is_file()
    wrong = CliRunner().invoke(app, ["qbr", "blank", "--home", str(home)])
    assert wrong.exit_code == 1
    assert "A4  Blank Bricks" in wrong.output
    empty = CliRunner().invoke(app, ["qbr", "acme", "--home", str(tmp_path / "none")])
    assert empty.exit_code == 1
    assert "nothing is published" in empty.output


def test_a_month_without_a_figure_is_a_gap_in_the_line() -> None:
    drawn = charts.trend(["a", "b", "c", "d", "e"], [1, 2, None, 3, 4], [5] * 5)
    assert drawn.count("<polyline") == 3
    assert drawn.count("<circle") == 4


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "not known"), (0, "0 %"), (0.001, "under 1 %"), (0.999, "99 %"), (1, "100 %")],
)
def test_a_share_that_isnt_all_never_reads_all(value: float | None, words: str) -> None:
    assert wording.share(value) == words


def test_a_day_reads_the_same_everywhere() -> None:
    assert wording.day(date(2026, 3, 6)) == "6 Mar 2026"
