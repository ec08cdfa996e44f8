"""`csops doctor`: each thing that would stop a run or spoil its numbers is told beforehand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from orchestration.ingestion.doctor import Finding, diagnose
from orchestration.settings import Settings

TRACKS = "id,event,context_group_id,timestamp,received_at"
EMPLOYEES = "user_id,full_name,role,is_active\nU1,Ann,CSM,true\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("product", "hr"):
        (tmp_path / name).mkdir()
    (tmp_path / "sources.yml").write_text(
        "version: 1\nsystems:\n  product: {path: product}\n  hr: {path: hr}\n"
    )
    (tmp_path / "hr/employees.csv").write_text(EMPLOYEES)
    write_tracks(tmp_path, days(90))
    return tmp_path


def days(count: int) -> list[date]:
    return [date(2026, 1, 1) + timedelta(n) for n in range(count)]


def write_tracks(place: Path, when: list[date], per_day: int = 25) -> None:
    lines = [f"E{n}-{day},used,G1,{day},{day} 10:00:00" for day in when for n in range(per_day)]
    (place / "product/tracks.csv").write_text("\n".join([TRACKS, *lines]) + "\n")


def findings(place: Path, as_of: date = date(2026, 3, 31), severity: str = "") -> list[Finding]:
    settings = Settings(place / "home", place / "sources.yml", as_of)
    return [one for one in diagnose(settings) if severity in ("", one.severity)]


def said(found: list[Finding]) -> str:
    return "\n".join(f"{one.where}: {one.message} {one.remedy}" for one in found)


def test_a_sound_place_has_no_error_and_nothing_is_written(place):
    found = findings(place)
    assert [one.severity for one in found if one.severity == "error"] == []
    assert found[-1].severity == "ok"
    assert not (place / "home").exists()


def test_a_table_without_a_file_is_a_warning(place):
    assert "hr.time_allocation: There is no file time_allocation.*" in said(
        findings(place, severity="warning")
    )


@pytest.mark.parametrize("gone", [30, 45])
def test_a_day_without_data_is_told_by_its_date(gone, place):
    write_tracks(place, [day for day in days(90) if day != days(90)[gone]])
    [one] = [one for one in findings(place) if "without data" in one.message]
    assert (one.severity, one.where) == ("warning", "product.tracks")
    assert days(90)[gone].isoformat() in one.message


def test_quiet_weekends_and_rare_rows_are_no_gaps(place):
    write_tracks(place, [day for day in days(90) if day.weekday() < 5])
    assert "without data" not in said(findings(place))
    write_tracks(place, days(90)[::3], per_day=2)
    assert "without data" not in said(findings(place))


def test_an_as_of_day_after_the_last_data_is_told(place):
    found = findings(place, date(2026, 4, 2))
    assert "as-of day 2026-04-02 is later than the last day with data, 2026-03-31" in said(found)
    assert "2 days without data: 2026-04-01, 2026-04-02" in said(found)
    assert "earlier than the first day" in said(findings(place, date(2025, 1, 1), "error"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "empty (0 bytes)"),
        ("user_id,full_nam,role,is_active\nU1,Ann,CSM,true\n", "column full_name: is required"),
        ("user_id,full_name;role,is_active\n", "is required and missing"),
        (EMPLOYEES.replace(",", ";", 2).replace("_active", "_active;x"), "hr.employees"),
    ],
)
def test_a_file_that_would_be_refused_is_an_error(content, told, place):
    (place / "hr/employees.csv").write_text(content)
    assert told in said(findings(place, severity="error"))


def test_an_unreadable_file_is_an_error(place):
    (place / "hr/employees.csv").unlink()
    (place / "hr/employees.csv").symlink_to("/dev/null")
    (place / "hr/employees.csv").unlink()
    (place / "hr/employees.csv").write_bytes(b"\x1f\x8b damaged")
    assert "its content is gzip" in said(findings(place, severity="error"))


def test_unknown_and_missing_columns_are_told(place):
    (place / "hr/employees.csv").write_text(EMPLOYEES.replace("role", "role,mood", 1))
    text = said(findings(place, severity="warning"))
    assert "columns that nothing reads: mood" in text
    assert "lacks the columns employee_id" in text


def test_configuration_mistakes_are_errors_each(place):
    (place / "sources.yml").write_text(
        'version: 1\nsystems:\n  prodct: {path: product}\n  hr: {path: "${CSOPS_NOT_SET}"}\n'
    )
    text = said(findings(place, severity="error"))
    assert "systems.prodct: unknown system. Did you mean 'product'?" in text
    assert "CSOPS_NOT_SET is not set" in text


def test_a_home_that_can_not_be_written_is_an_error(place):
    (place / "home").write_text("a file, not a folder")
    [one] = findings(place, severity="error")
    assert one.where == "home"
