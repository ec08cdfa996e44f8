"""dbt's exposures name the marts that each theme page reads, no more and no fewer."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from dashboards.marts import Marts, published_marts
from dashboards.page import Page
from dashboards.pages.capacity import capacity_page
from dashboards.pages.executive import executive_page
from dashboards.pages.health import health_page
from dashboards.pages.renewals import renewals_page
from dashboards.pages.retention import retention_page
from dashboards.pages.scorecard import scorecard_page
from orchestration.settings import PROJECT
from tests.support.empty_marts import empty_marts
from tests.support.published_home import publish_tables

FILE = PROJECT / "dbt_project" / "models" / "_exposures.yml"
PAGES: dict[str, Callable[[Marts], Page]] = {
    "page_executive": executive_page,
    "page_renewals": renewals_page,
    "page_retention": retention_page,
    "page_health": health_page,
    "page_capacity": capacity_page,
    "page_scorecard": scorecard_page,
}


class Asked(frozenset[str]):
    """The marts of a version, which remembers those that a page looked for."""

    looked_for: set[str]

    def issuperset(self, names: object) -> bool:
        """Notes the names, then answers as a set does."""
        wanted = set(names)  # type: ignore[call-overload]
        self.looked_for |= wanted
        return super().issuperset(wanted)


@pytest.mark.parametrize("name", PAGES)
def test_an_exposure_names_the_marts_that_its_page_reads(tmp_path: Path, name: str) -> None:
    exposures = yaml.safe_load(FILE.read_text(encoding="utf-8"))["exposures"]
    [exposure] = [one for one in exposures if one["name"] == name]
    declared = {re.fullmatch(r"ref\('(\w+)'\)", one).group(1) for one in exposure["depends_on"]}
    with published_marts(publish_tables(tmp_path, empty_marts())) as marts:
        asked = Asked(marts.tables)
        asked.looked_for = set()
        page = PAGES[name](Marts(marts.connection, marts.version, marts.as_of, asked))
    assert page.title == exposure["label"]
    assert asked.looked_for == declared
