"""The small company that many tests run on: 30 accounts, no planted faults, made once a session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT


@pytest.fixture(scope="session")
def sample_sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources file of a small company, its files beside it."""
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
