"""The files around the code: pinned, private, and true on any machine."""

from __future__ import annotations

import csv
import re

import yaml

from tests.laws.house import ROOT, text_of, tracked_files

ABSOLUTE_PATH = re.compile(r"(?<![\w.$}>/:-])/(?:home|root|work|Users|opt|mnt)/[\w.-]+")
INDEX_ADDRESS = re.compile(r"index.url|find.links|https?://[^\s\"']*/simple")


def test_no_file_names_a_path_of_one_machine() -> None:
    found = []
    for path in tracked_files():
        if path == ROOT / "tests" / "laws" / "test_project_files.py":
            continue
        text = text_of(path)
        if text is not None and (match := ABSOLUTE_PATH.search(text)):
            found.append(f"{path.relative_to(ROOT)}: {match.group()}")
    assert not found


def test_the_lock_pins_every_package_with_a_hash_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not INDEX_ADDRESS.search(lock)
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock)
    assert len(entries) > 50
    for entry in entries:
        assert "==" in entry.splitlines()[0], entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert re.search(r"^duckdb==2\.0\.0 ", lock, flags=re.MULTILINE)


def test_dbt_sends_no_usage_and_asks_for_no_version() -> None:
    project = yaml.safe_load((ROOT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["flags"]["send_anonymous_usage_stats"] is False
    assert project["flags"]["version_check"] is False


def test_dagster_sends_no_usage_and_shows_no_news() -> None:
    instances = [path for path in tracked_files() if path.name == "dagster.yaml"]
    assert instances, "no dagster.yaml in the project"
    for path in instances:
        instance = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert instance["telemetry"]["enabled"] is False
        assert instance["nux"]["enabled"] is False


def test_dbt_source_tests_are_not_dagster_checks() -> None:
    for path in tracked_files():
        if path.suffix in {".py", ".yml", ".yaml"} and "tests" not in path.parts:
            text = text_of(path) or ""
            assert not re.search(r"enable_source_tests_as_checks['\"]?\s*[:=]\s*[Tt]rue", text), (
                path
            )


def test_a_policy_row_says_who_why_and_since_when() -> None:
    seeds = sorted((ROOT / "seeds" / "reference").glob("*.csv"))
    assert seeds
    for path in seeds:
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            assert {"owner", "reason", "valid_from"} <= set(reader.fieldnames or []), path.name
            for row in reader:
                assert row["owner"], f"{path.name} line {reader.line_num}: no owner"
                assert row["reason"], f"{path.name} line {reader.line_num}: no reason"
                assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["valid_from"]), (
                    f"{path.name} line {reader.line_num}: valid_from"
                )


def test_no_tracked_file_is_large() -> None:
    sizes = {path: path.stat().st_size for path in tracked_files()}
    assert {p for p, size in sizes.items() if size > 3_000_000} == set()
    raw = sum(size for path, size in sizes.items() if (ROOT / "seeds" / "raw") in path.parents)
    assert raw <= 10_000_000, f"the sample company is {raw / 1e6:.1f} MB; the limit is 10"
