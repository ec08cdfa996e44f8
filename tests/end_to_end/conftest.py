"""One finished run of the small company, for the tests that start from a healthy place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.publication.fingerprints import Fingerprint
from orchestration.settings import PROJECT
from tests.conftest import Shared
from tests.end_to_end.commands import published_marts, run


@dataclass(frozen=True)
class FinishedRun:
    """A home after one run, what the run said, and its marts."""

    home: Path
    sources: Path
    said: str
    marts: dict[str, Fingerprint]


@pytest.fixture(scope="session")
def finished(sample_sources: Path, shared_folder: Shared) -> FinishedRun:
    def make(folder: Path) -> None:
        said = run(folder / "home", sample_sources)
        (folder / "said.txt").write_text(said, encoding="utf-8")

    folder = shared_folder("finished_run", make)
    home = folder / "home"
    said = (folder / "said.txt").read_text(encoding="utf-8")
    return FinishedRun(home, sample_sources, said, published_marts(home))


@pytest.fixture(scope="session")
def sample_home(shared_folder: Shared) -> Path:
    """The home of one finished run of the committed sample company, faults and all; read only."""

    def make(folder: Path) -> None:
        run(folder / "home", PROJECT / "sources.yml")

    return shared_folder("sample_run", make) / "home"


@pytest.fixture
def parsed_home(finished: FinishedRun, tmp_path: Path) -> Path:
    """An empty home next to nothing but dbt's parse state, which costs most of a cold start."""
    home = tmp_path / "home"
    shutil.copytree(finished.home / "dbt", home / "dbt")
    return home
