"""dbt's exposures name the marts that each page and dashboard reads, no more and no fewer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.marts import Marts, published_marts
from dashboards.page import Page
from dashboards.pages import books
from dashboards.pages.account import account_page
from dashboards.pages.capacity import capacity_page
from dashboards.pages.csm import csm_page
from dashboards.pages.dictionary import dictionary_page
from dashboards.pages.executive import executive_page
from dashboards.pages.health import health_page
from dashboards.pages.portfolio import THEMES, Portfolio, portfolio, with_themes
from dashboards.pages.quality import quality_page
from dashboards.pages.renewals import renewals_page
from dashboards.pages.retention import retention_page
from dashboards.pages.scorecard import scorecard_page
from dashboards.render import NAVIGATION, Renderer
from orchestration.settings import PROJECT
from tests.support.empty_marts import empty_marts
from tests.support.published_home import publish_tables
from tests.support.superset_files import files, marts_behind

FILE = PROJECT / "dbt_project" / "models" / "_exposures.yml"
PAGES: dict[str, Callable[[Marts], Page]] = {
    "page_executive": executive_page,
    "page_renewals": renewals_page,
    "page_retention": retention_page,
    "page_health": health_page,
    "page_capacity": capacity_page,
    "page_scorecard": scorecard_page,
    "page_dictionary": lambda marts: dictionary_page(marts, {}, {}),
    "page_quality": lambda marts: Renderer(marts) and quality_page(marts),
}
ONE_ACCOUNT = {
    "account_id": "'a1'", "csm_user_id": "'u1'", "is_active": "true",
    "next_renewal_date": "date '2026-09-30'",
}  # fmt: skip


class Asked(frozenset[str]):
    """The marts of a version, which remembers those that a page looked for."""

    looked_for: set[str]

    def issuperset(self, names: object) -> bool:
        """Notes the names, then answers as a set does."""
        wanted = set(names)  # type: ignore[call-overload]
        self.looked_for |= wanted
        return super().issuperset(wanted)


class Noting(dict[str, Any]):
    """A mapping that remembers the keys that were asked for."""

    asked: set[str]

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.asked.add(key)
        return super().get(key, default)


def exposures() -> dict[str, dict[str, Any]]:
    found = yaml.safe_load(FILE.read_text(encoding="utf-8"))["exposures"]
    return {exposure["name"]: exposure for exposure in found}


def declared(exposure: dict[str, Any]) -> set[str]:
    return {re.fullmatch(r"ref\('(\w+)'\)", one).group(1) for one in exposure["depends_on"]}


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a company without a row has published."""
    return publish_tables(tmp_path_factory.mktemp("nothing"), empty_marts())


@pytest.mark.parametrize("name", PAGES)
def test_an_exposure_names_the_marts_that_its_page_reads(nothing: Path, name: str) -> None:
    exposure = exposures()[name]
    with published_marts(nothing) as marts:
        asked = Asked(marts.tables)
        asked.looked_for = set()
        page = PAGES[name](Marts(marts.connection, marts.version, marts.as_of, asked, marts.file))
    assert page.title == exposure["label"]
    assert exposure["url"].endswith(f"/{page.file}")
    assert asked.looked_for == declared(exposure)


def noting(content: Any) -> Noting:
    made = Noting(content)
    made.asked = set()
    return made


def marts_that_were_read(known: Portfolio) -> set[str]:
    read = {THEMES[theme][0] for theme in known.themes.asked}
    read |= {"dim_csms"} if known.csms.asked else set()
    read |= {"fct_csm_capacity_monthly"} if known.capacity.asked else set()
    read |= {"fct_renewals"} if known.soon.asked else set()
    return read | {"rpt_account_360"}


def test_the_pages_of_csms_and_of_accounts_are_exposures_of_what_they_read(tmp_path: Path) -> None:
    blank = re.findall(
        r"cast\(null as ([^,]+?(?:\(\d+, ?\d+\))?)\) as (\w+)", empty_marts()["rpt_account_360"]
    )
    filled = {name: "0" for kind, name in blank if kind.startswith(("int", "dec", "dou"))}
    filled |= ONE_ACCOUNT
    cells = [f"cast({filled.get(name, 'null')} as {kind}) as {name}" for kind, name in blank]
    tables = {**empty_marts(), "rpt_account_360": f"select {', '.join(cells)}"}
    with published_marts(publish_tables(tmp_path, tables)) as marts:
        known = portfolio(marts)
        known = with_themes(marts, known, known.accounts)

        def watched() -> Portfolio:
            return replace(
                known,
                themes=noting(known.themes),
                csms=noting(known.csms),
                capacity=noting(known.capacity),
                soon=noting(known.soon),
            )

        of_csms, of_accounts = watched(), watched()
        shown = books._books(of_csms)
        pages = {"page_csms": books._csms_page(shown), "page_accounts": books._accounts_page(known)}
        for book in shown:
            csm_page(marts, of_csms, book)
        account_page(marts, of_accounts, known.accounts[0])
    found = exposures()
    for name, page in pages.items():
        assert found[name]["label"] == page.title
        assert found[name]["url"].endswith(f"/{page.file}")
    assert marts_that_were_read(of_csms) == declared(found["page_csms"])
    assert marts_that_were_read(of_accounts) == declared(found["page_accounts"])


@pytest.mark.parametrize("name", ["executive", "csm"])
def test_an_exposure_names_the_marts_behind_a_superset_dashboard(name: str) -> None:
    exposure, dashboard = exposures()[f"superset_{name}"], files("dashboards")[name]
    assert exposure["label"] == f"Superset, {dashboard['dashboard_title']}"
    assert exposure["url"].endswith(f"/superset/dashboard/{dashboard['slug']}/")
    assert marts_behind(dashboard) == declared(exposure)


def test_every_page_of_the_navigation_and_every_dashboard_is_an_exposure() -> None:
    pages = {one["url"].rpartition("/")[2] for name, one in exposures().items() if "page" in name}
    assert pages == {file for file, _ in NAVIGATION}
    assert {name for name in exposures() if name.startswith("superset")} == {
        f"superset_{name}" for name in files("dashboards")
    }
