"""File names that no id can break out of, and small charts that show a gap as a gap."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dashboards.places import file_names
from dashboards.sparks import Line, spark

HOSTILE = [
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "..",
    ".",
    "",
    'x" onload="y',
    "<b>",
    "a b",
    "a" * 300,
    "é",
    "CON.html",
    "\x00",
    "a\nb",
    "=1+1",
    "ab",
    "AB",
    "plain-1_X",
]


def test_every_id_has_a_file_name_of_its_own_that_stays_in_its_folder() -> None:
    names = file_names(HOSTILE)
    assert set(names) == set(HOSTILE)
    for name in names.values():
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", name)
    # Some file systems don't tell AB from ab.
    assert len({name.lower() for name in names.values()}) == len(HOSTILE)


def test_a_plain_id_is_its_own_name_and_names_do_not_depend_on_the_others() -> None:
    assert file_names(["0015g00000vFNBPAA4"]) == {"0015g00000vFNBPAA4": "0015g00000vFNBPAA4"}
    assert file_names(["a/b"])["a/b"] == file_names(HOSTILE)["a/b"]


def _paths(values: list[float | None], high: float = 100) -> list[str]:
    days = [date(2026, 6, 1) + timedelta(days=day) for day in range(len(values))]
    chart = spark("Score", days, [Line("Score", values)], "words", high=high)
    assert chart is not None
    return re.findall(r'<path d="([^"]*)" fill="none"', chart.svg)


def test_an_unknown_day_is_a_gap_and_never_zero() -> None:
    [path] = _paths([50, 60, None, 40])
    assert path.count("M") == 2
    # 0 of 100 would lie on the base line, 126 from the top.
    assert "126" not in path
    [flat] = _paths([0, 0])
    assert flat == "M42.0 126.0h.1L370.0 126.0"


def test_nothing_known_is_no_chart() -> None:
    assert (
        spark("Score", [date(2026, 6, 1), date(2026, 6, 8)], [Line("S", [None, None])], "") is None
    )
