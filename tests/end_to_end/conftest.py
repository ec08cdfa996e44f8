"""One finished run of the small company, for the tests that start from a healthy place."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestration.publication.fingerprints import Fingerprint
from tests.conftest import Shared
from tests.end_to_end.commands import published_marts, run


@dataclass(frozen=True)
class FinishedRun:
    """A home after one run, what the run said, and its marts."""

    home: Path
    sources: Path
    said: str
    marts: dict[str, Fingerprint]

    @property
    def seconds(self) -> float:
        """How long the run took, as it said."""
        (line,) = [line for line in self.said.splitlines() if line.startswith("Took ")]
        return float(line.split()[1])


@pytest.fixture(scope="session")
def finished(sample_sources: Path, shared_folder: Shared, parsed_dbt: Path) -> FinishedRun:
    """One run of the small company; to be read, and copied by a test that runs or changes it."""

    def make(folder: Path) -> None:
        shutil.copytree(parsed_dbt, folder / "home" / "dbt")
        said = run(folder / "home", sample_sources)
        (folder / "said.txt").write_text(said, encoding="utf-8")

    folder = shared_folder("finished_run", make)
    home = folder / "home"
    said = (folder / "said.txt").read_text(encoding="utf-8")
    return FinishedRun(home, sample_sources, said, published_marts(home))


@pytest.fixture
def parsed_home(parsed_dbt: Path, tmp_path: Path) -> Path:
    """An empty home but for what dbt has parsed, which costs most of a cold start."""
    home = tmp_path / "home"
    shutil.copytree(parsed_dbt, home / "dbt")
    return home


@pytest.fixture
def finished_copy(finished: FinishedRun, tmp_path: Path) -> Path:
    """A copy of the finished home, for a test that runs in it."""
    return Path(shutil.copytree(finished.home, tmp_path / "home", symlinks=True))
