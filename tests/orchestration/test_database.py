"""A run's log has sentences in it, not bars."""

from __future__ import annotations

import subprocess
import sys

import yaml

from orchestration.settings import PROJECT

ASKED = "select current_setting('enable_progress_bar')"


def test_no_bar_is_drawn_where_duckdb_takes_the_process_for_a_notebook() -> None:
    """As it takes every `python -c`; the first connection is one that nobody has told."""
    script = (
        "import duckdb; from orchestration.database import connect; "
        f'print([one.execute("{ASKED}").fetchone()[0] for one in (duckdb.connect(), connect())])'
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[True, False]"


def test_dbt_draws_none_either() -> None:
    profiles = yaml.safe_load((PROJECT / "dbt_project" / "profiles.yml").read_text("utf-8"))
    assert profiles["csops"]["outputs"]["duckdb"]["settings"]["enable_progress_bar"] is False
