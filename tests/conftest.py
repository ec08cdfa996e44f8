"""Companies that many tests run on, each made once: a small clean one, and the sample."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path

import pytest

from orchestration.lock import exclusive
from orchestration.settings import PROJECT
from tests.end_to_end.commands import run
from tests.support.compiled_models import CompiledModels, compile_models, read_compiled
from tests.support.conformed_sample import conform_the_sample, warehouse_of
from tests.support.parsed_project import manifest_in

# What many wait for is made first, by two workers at once; then the longest files, so that both
# workers end at about the same time.
FIRST_FILES = (
    "end_to_end/test_capacity_on_the_sample.py",
    "end_to_end/test_run.py",
    "health/test_health_history.py",
    "end_to_end/test_kill.py",
    "health/test_health_sees_no_later_row.py",
    "end_to_end/test_dbt_unit_tests.py",
    "end_to_end/test_faults.py",
)
Shared = Callable[[str, Callable[[Path], None]], Path]
Compile = Callable[..., CompiledModels]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put `FIRST_FILES` in front; the others stay in their order."""
    first = [PROJECT / "tests" / file for file in FIRST_FILES]
    items.sort(key=lambda item: first.index(item.path) if item.path in first else len(first))


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Gives the named folder, made by whichever worker of this session comes first."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        path, made = base / name, base / f"{name}.made"
        with exclusive(base / f"{name}.lock"):
            if not made.exists():
                path.mkdir()
                make(path)
                made.touch()
        return path

    return folder


@pytest.fixture(scope="session")
def sample_sources(shared_folder: Shared) -> Path:
    """The sources file of a small company of 30 accounts without faults, its files beside it."""

    def make(folder: Path) -> None:
        subprocess.run(
            [
                *(sys.executable, str(PROJECT / "seeds" / "generate.py")),
                *("--accounts", "30", "--clean", "--out", str(folder / "raw")),
            ],
            check=True,
            capture_output=True,
        )
        text = (PROJECT / "sources.yml").read_text(encoding="utf-8").replace("seeds/raw", "raw")
        (folder / "sources.yml").write_text(text, encoding="utf-8")

    return shared_folder("small_company", make) / "sources.yml"


@pytest.fixture(scope="session")
def parsed_dbt(shared_folder: Shared) -> Path:
    """The `dbt` folder of a home in which dbt has parsed the project; to be copied into another."""

    return shared_folder("parsed_dbt", manifest_in) / "dbt"


@pytest.fixture(scope="session")
def parsed_without_staging(shared_folder: Shared) -> Path:
    """The folder of a parse with no system on, for models that are given the contract's tables."""
    return shared_folder("parsed_without_staging", partial(manifest_in, staging=False))


@pytest.fixture(scope="session")
def sample_home(shared_folder: Shared, parsed_dbt: Path) -> Path:
    """The home of one finished run of the committed sample company, faults and all; read only."""

    def make(folder: Path) -> None:
        shutil.copytree(parsed_dbt, folder / "home" / "dbt")
        run(folder / "home", PROJECT / "sources.yml")

    return shared_folder("sample_run", make) / "home"


@pytest.fixture(scope="session")
def conformed_sample(request: pytest.FixtureRequest, shared_folder: Shared) -> Path:
    """A warehouse with the committed sample company up to the contract; to be read, not written.

    That of the finished run where some test of the session asks for one, else no more than that.
    """
    if any("sample_home" in item.fixturenames for item in request.session.items):
        return warehouse_of(request.getfixturevalue("sample_home"))
    return warehouse_of(shared_folder("conformed_sample", conform_the_sample))


@pytest.fixture(scope="session")
def compiled_for(shared_folder: Shared, parsed_without_staging: Path) -> Compile:
    """The project's SQL for a day and dbt vars, compiled once for all tests of a session."""

    @cache
    def compiled(as_of: date, **variables: object) -> CompiledModels:
        options = [f"{name}_{value}" for name, value in sorted(variables.items())]
        name = "_".join(["compiled", as_of.isoformat(), *options])
        return read_compiled(
            shared_folder(
                name,
                lambda folder: compile_models(folder, as_of, variables, parsed_without_staging),
            )
        )

    return compiled
