"""A run has nothing to do only when all that it reads, and all that it made, is as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.publication import build_state
from orchestration.publication.versions import point_to, versions_folder
from orchestration.settings import Settings
from orchestration.unchanged import nothing_to_do, remember, what_a_run_reads
from tests.support.published_home import publish_tables

DAY = date(2026, 6, 30)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home after a success: a published version, a site, a build; and a small project."""
    for folder in ("raw", "project/dbt_project/models", "project/seeds/reference", "home/site"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "raw" / "account.csv").write_text("Id,Name\n001,Acme\n")
    for export in ("raw/logs/task.csv", "elsewhere/event.csv"):
        (tmp_path / export).parent.mkdir()
        (tmp_path / export).write_text("Id\n00T\n")
    (tmp_path / "raw" / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "project" / "dbt_project" / "models" / "model.sql").write_text("select 1")
    (tmp_path / "project" / "seeds" / "reference" / "policy.csv").write_text("a,b\n1,2\n")
    sources = tmp_path / "sources.yml"
    sources.write_text("version: 1\nsystems:\n  salesforce: {path: raw}\n")
    home = tmp_path / "home"
    (home / "site" / "index.html").write_text("<html></html>")
    publish_tables(home, {"dim_accounts": "select 1 as account_id"})
    (home / "warehouse").mkdir()
    with duckdb.connect(str(home / "warehouse" / "warehouse.duckdb")) as connection:
        build_state.start_build(connection, DAY)
    made = Settings(home=home, sources_file=sources, as_of=DAY, project=tmp_path / "project")
    remember(made, what_a_run_reads(made))
    return made


def stands(settings: Settings) -> bool:
    return nothing_to_do(settings, what_a_run_reads(settings))


def test_after_a_success_with_the_same_files_day_and_project_there_is_nothing_to_do(
    settings: Settings,
) -> None:
    assert stands(settings)


def rewrite(path: str) -> Callable[[Path], object]:
    """The same bytes, put there again a second later."""

    def change(folder: Path) -> None:
        file = folder / path
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content)
        os.utime(file, ns=(0, file.stat().st_mtime_ns + 10**9))

    return change


def newer_build(folder: Path) -> None:
    with duckdb.connect(str(folder / "home" / "warehouse" / "warehouse.duckdb")) as connection:
        build_state.start_build(connection, DAY)


def other_version(folder: Path) -> None:
    published = folder / "home" / "published"
    (current,) = versions_folder(published).iterdir()
    current.rename(current.with_name("marts_2026-06-30_before"))
    point_to(published, "marts_2026-06-30_before")


CHANGES: dict[str, Callable[[Path], object]] = {
    "an export came anew": rewrite("raw/account.csv"),
    "an export was added": lambda folder: (folder / "raw" / "contact.csv").write_text("Id\n"),
    "an export in a folder named logs came anew": rewrite("raw/logs/task.csv"),
    "an export behind a link came anew": rewrite("elsewhere/event.csv"),
    "an export was taken away": lambda folder: (folder / "raw" / "account.csv").unlink(),
    "the sources file was edited": rewrite("sources.yml"),
    "a model was edited": rewrite("project/dbt_project/models/model.sql"),
    "a policy was edited": rewrite("project/seeds/reference/policy.csv"),
    "a person was erased": lambda folder: (
        (folder / "home" / "privacy").mkdir(),
        (folder / "home" / "privacy" / "register.json").write_text("{}"),
    ),
    "the site is gone": lambda folder: (folder / "home" / "site" / "index.html").unlink(),
    "the memory is torn": lambda folder: (folder / "home" / "last_success.json").write_text('{"r'),
    "somebody ran a part from the UI": newer_build,
    "readers were sent to another version": other_version,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_to_what_a_run_reads_or_made_asks_for_a_run(
    settings: Settings, tmp_path: Path, change: str
) -> None:
    CHANGES[change](tmp_path)
    assert not stands(settings)


def test_another_day_asks_for_a_run(settings: Settings) -> None:
    assert not stands(replace(settings, as_of=date(2026, 6, 29)))


def test_a_setting_that_may_change_numbers_asks_for_a_run_and_the_memory_limit_does_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSOPS_MEMORY_LIMIT", "2GB")
    assert stands(settings)
    monkeypatch.setenv("CSOPS_ANYTHING_ELSE", "1")
    assert not stands(settings)
