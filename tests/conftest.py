"""The companies that many tests run on: a small clean one, and the sample in contract tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT
from tests.support.conformed_sample import conformed_once


@pytest.fixture(scope="session")
def sample_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources file of a small company of 30 accounts without faults, its files beside it."""
    folder = tmp_path_factory.mktemp("small_company")
    subprocess.run(
        [
            *(sys.executable, str(PROJECT / "seeds" / "generate.py")),
            *("--accounts", "30", "--clean", "--out", str(folder / "raw")),
        ],
        check=True,
        capture_output=True,
    )
    text = (PROJECT / "sources.yml").read_text(encoding="utf-8").replace("seeds/raw", "raw")
    sources = folder / "sources.yml"
    sources.write_text(text, encoding="utf-8")
    return sources


@pytest.fixture(scope="session")
def conformed_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with the committed sample company up to the contract; to be read, not written."""
    return conformed_once(tmp_path_factory)
