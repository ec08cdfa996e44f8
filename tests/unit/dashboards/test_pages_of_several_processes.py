"""A large company's pages are written by several processes and are those that one writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboards import processes
from dashboards.build import build_site
from dashboards.marts import published_marts
from dashboards.pages import books
from dashboards.reuse import SiteBefore
from dashboards.writing import PageWriter, Written
from tests.unit.dashboards.test_pages_made_again import company, publish, tree


@pytest.fixture
def portions_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two books of four accounts each are then two portions, for two processes."""
    monkeypatch.setattr(books, "PORTION", 2)
    monkeypatch.setattr(processes, "_cores", lambda: 2)


def _is_not_for_this_process(*_: object) -> None:
    raise AssertionError("a page of an account was written by the parent")


@pytest.mark.usefixtures("portions_of_two")
def test_the_site_of_two_processes_is_byte_for_byte_that_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = company()
    accounts[6] |= {"is_active": "false", "arr": "0", "is_merged": "true",
                    "surviving_account_id": "'a2'"}  # fmt: skip
    first = publish(tmp_path, accounts, 1)
    accounts[2]["arr"] = "400.5"
    with monkeypatch.context() as one:
        one.setattr(processes, "_written", _is_not_for_this_process)
        made = [build_site(first, tmp_path / "site")]
        second = publish(tmp_path, accounts, 2)
        made.append(build_site(second, tmp_path / "site"))
    monkeypatch.setattr(processes, "_cores", lambda: 1)
    publish(tmp_path / "alone", [*accounts[:2], {**accounts[2], "arr": "3.5"}, *accounts[3:]], 1)
    alone = [build_site(tmp_path / "alone" / "published", tmp_path / "alone" / "site")]
    publish(tmp_path / "alone", accounts, 2)
    alone.append(build_site(tmp_path / "alone" / "published", tmp_path / "alone" / "site"))
    assert tree(tmp_path / "site") == tree(tmp_path / "alone" / "site")
    # Account 3, its CSM, and the lists of CSMs and of accounts.
    assert [one.rendered for one in made] == [one.rendered for one in alone]
    assert made[1].rendered == 4
    # The merged account's page leads to the one that has its history.
    assert "a2.html" in (tmp_path / "site" / "account" / "a7.html").read_text("utf-8")


@pytest.mark.usefixtures("portions_of_two")
def test_what_a_process_raises_ends_the_build_and_leaves_the_site(tmp_path: Path) -> None:
    published = publish(tmp_path, company(), 1)
    build_site(published, tmp_path / "site")
    before = tree(tmp_path / "site")
    bad = "select 'a4' as account_id, 'no ticket has this column' as ticket"
    with pytest.raises(Exception, match="ticket_id"):
        build_site(publish(tmp_path, company(), 2, fct_tickets=bad), tmp_path / "site")
    assert tree(tmp_path / "site") == before
    assert not list((tmp_path / "sites").glob(".*"))


def test_two_processes_may_not_write_the_same_file(tmp_path: Path) -> None:
    with published_marts(publish(tmp_path, company(), 1)) as marts:
        writer = PageWriter(marts, tmp_path, SiteBefore(), "code")
    writer.add(Written({}, 1, {}, {"downloads/a.csv": "one.html"}))
    with pytest.raises(ValueError, match=r"a\.csv is a file of one\.html and of two\.html"):
        writer.add(Written({}, 1, {}, {"downloads/a.csv": "two.html"}))


def test_a_small_company_is_written_by_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_write_portion", _is_not_for_this_process)
    assert build_site(publish(tmp_path, company(), 1), tmp_path / "site").rendered == 7 + 3 + 3 + 8
