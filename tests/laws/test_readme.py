"""The README's table of marts names each mart once, and none that isn't there."""

from __future__ import annotations

import re

from orchestration.settings import PROJECT


def test_the_readme_lists_every_mart_once() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `((?:dim|fct|rpt)_\w+)` \|", text, flags=re.MULTILINE)
    marts = [path.stem for path in (PROJECT / "dbt_project/models/marts").rglob("*.sql")]
    assert sorted(listed) == sorted(marts)
