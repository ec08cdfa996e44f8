"""Companies that many tests run on, each made once: a small clean one, and the sample."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from orchestration.lock import exclusive
from orchestration.settings import PROJECT
from tests.support.compiled_models import CompiledModels, compile_models, read_compiled
from tests.support.conformed_sample import conform_the_sample, warehouse_of

Shared = Callable[[str, Callable[[Path], None]], Path]
Compile = Callable[..., CompiledModels]


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
def conformed_sample(shared_folder: Shared) -> Path:
    """A warehouse with the committed sample company up to the contract; to be read, not written."""
    return warehouse_of(shared_folder("conformed_sample", conform_the_sample))


@pytest.fixture(scope="session")
def compiled_for(shared_folder: Shared) -> Compile:
    """The project's SQL for a day and dbt vars, compiled once for all tests of a session."""

    @cache
    def compiled(as_of: date, **variables: object) -> CompiledModels:
        options = [f"{name}_{value}" for name, value in sorted(variables.items())]
        name = "_".join(["compiled", as_of.isoformat(), *options])
        return read_compiled(
            shared_folder(name, lambda folder: compile_models(folder, as_of, variables))
        )

    return compiled
