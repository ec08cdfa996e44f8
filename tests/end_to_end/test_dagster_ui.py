"""`csops ui` in a real browser: the lineage from source to page, the checks, the job that runs."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orchestration.ingestion.source_tables import source_systems
from orchestration.publication.versions import versions
from orchestration.settings import PROJECT
from tests.support.browser import chromium
from tests.support.dagster_ui import ask, dagster_ui

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SCREEN = {"width": 1500, "height": 1000}
LONGEST_RUN = 600
LINEAGE = "view=lineage&lineageScope=upstream&lineageDepth=1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def sample_ui(
    browser: Browser, sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    log = tmp_path_factory.mktemp("ui") / "ui.log"
    with dagster_ui(sample_home, PROJECT / "sources.yml", log) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport=SCREEN)
    page.set_default_timeout(60_000)
    yield page
    page.close()


def seen(page: Page, *texts: str) -> None:
    """Waits until the page shows each of the texts."""
    for text in texts:
        page.get_by_text(text, exact=True).first.wait_for()


def test_the_ui_shows_a_finished_run_its_lineage_to_the_pages_and_its_checks_as_they_are(
    sample_ui: str, page: Page
) -> None:
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))

    page.goto(f"{sample_ui}/runs")
    seen(page, "main", "Success")

    page.goto(f"{sample_ui}/asset-groups")
    seen(page, *source_systems(PROJECT), "staging", "conformed", "revenue", "publication")

    page.goto(f"{sample_ui}/assets/pages/executive?{LINEAGE}")
    seen(page, "executive", "warehouse", "dim_accounts", "fct_renewals")

    page.goto(f"{sample_ui}/assets/pages/executive?view=overview")
    link = page.locator('a[href$="/site/index.html"]').first
    link.wait_for()
    assert (link.get_attribute("href") or "").startswith("file://")

    # Contracts of the sample end before they start: that is told, and stops nothing.
    table = "conformed/crm_contracts"
    assert shown(page, sample_ui, table, "contracts__a_term_ends_after_it_starts") == (
        "Failed",
        "yellow",
    )
    assert shown(page, sample_ui, table, "contracts__a_start_is_plausible") == ("Passed", "green")
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {
        sample_ui.removeprefix("http://")
    }


@pytest.mark.slow  # five CPU minutes: pytest -m slow -n 0 tests/end_to_end/test_dagster_ui.py
@pytest.mark.timeout(1200)
def test_the_job_starts_from_the_ui_and_succeeds_and_turns_red_where_the_gate_blocks(
    browser: Browser, page: Page, sample_sources: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_sources.parent / "raw", tmp_path / "raw")
    sources, home = tmp_path / "sources.yml", tmp_path / "home"
    sources.write_text(sample_sources.read_text(encoding="utf-8"), encoding="utf-8")
    with dagster_ui(home, sources, tmp_path / "ui.log") as address:
        assert launched(page, address) == "SUCCESS"
        seen(page, "Success")
        assert len(versions(home / "published")) == 1
        assert (home / "site" / "index.html").is_file()
        page.goto(f"{address}/assets/pages/executive?{LINEAGE}")
        seen(page, "executive", "warehouse", "dim_accounts")
        verdict = ("conformed/data_issues", "gate_verdict")
        assert shown(page, address, *verdict) == ("Passed", "green")

        [accounts] = (tmp_path / "raw" / "salesforce").glob("account.*")
        header = accounts.read_text(encoding="utf-8").splitlines()[0]
        accounts.unlink()
        accounts.write_text(header + "\n", encoding="utf-8")
        assert launched(page, address) == "FAILURE"
        seen(page, "Failure")
        assert shown(page, address, *verdict) == ("Failed", "red")
        assert len(versions(home / "published")) == 1


def shown(page: Page, address: str, asset: str, check: str) -> tuple[str, str]:
    """What the UI says of a check, and in which colour."""
    page.goto(f"{address}/assets/{asset}?view=checks&checkDetail={check}")
    page.get_by_text("Latest execution", exact=True).wait_for()
    tag = page.locator("[style*='--tag-fill-color']").filter(
        has_text=re.compile("^(Passed|Failed)$")
    )
    style = tag.first.get_attribute("style") or ""
    [colour] = re.findall(r"--color-background-(\w+)", style)
    return tag.first.inner_text(), colour


def launched(page: Page, address: str) -> str:
    """How a run of the job `main` ended that was started as a person does; shows the run."""
    before = runs(address)
    page.goto(f"{address}/locations/orchestration/jobs/main")
    page.get_by_role("button", name="Materialize all").first.click()
    end = time.monotonic() + LONGEST_RUN
    while not (new := runs(address).keys() - before.keys()):
        assert time.monotonic() < end, page.inner_text("body")
        time.sleep(0.3)
    [run_id] = new
    page.goto("about:blank")  # the page of a run under way takes a third of the processor
    while (status := runs(address)[run_id]) not in ("SUCCESS", "FAILURE", "CANCELED"):
        assert time.monotonic() < end, page.inner_text("body")
        time.sleep(1)
    page.goto(f"{address}/runs/{run_id}")
    return status


def runs(address: str) -> dict[str, str]:
    """The runs that Dagster knows, with their states."""
    found = ask(address, "{ runsOrError { ... on Runs { results { runId status } } } }")
    return {run["runId"]: run["status"] for run in found["runsOrError"]["results"]}
