"""dbt's documentation as one file: an error that says what to do, and a page without a network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.settings import PROJECT
from tests.end_to_end.commands import csops
from tests.end_to_end.conftest import FinishedRun

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def test_before_the_first_run_the_command_says_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["docs", "--home", str(tmp_path / "home")])
    assert done.exit_code == 1
    assert "nothing is built in" in done.stderr
    assert "make run" in done.stderr
    assert not list((tmp_path / "home").glob("**/*.html"))


def test_make_says_where_the_page_is() -> None:
    text = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert "\ndocs: $(READY) ## " in text
    assert ".csops/docs/index.html" in text


@pytest.mark.slow
def test_the_page_opens_from_the_file_system_with_the_network_off(
    finished: FinishedRun, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(finished.home, home, symlinks=True)
    done = csops(home, finished.sources, "docs")
    assert done.returncode == 0, done.stderr
    page = home / "docs" / "index.html"
    assert str(page) in done.stdout
    assert not list(home.glob(".docs_*"))
    playwright = pytest.importorskip("playwright.sync_api")
    program = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no browser on the path: apt install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        tab = browser.new_context(offline=True).new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(f"{page.as_uri()}#!/model/model.csops.fct_account_retention_monthly")
        tab.get_by_text("the denominator of nrr and grr").first.wait_for()
        tab.goto(f"{page.as_uri()}#!/exposure/exposure.csops.superset_executive")
        tab.get_by_text("by segment, region, CSM and month").first.wait_for()
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
