"""Each expectation that people wrote passes on a sound company and fails on a broken one."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import yaml

from expectations import load_suites, validate_suites
from expectations.catalogue import PROJECT
from tests.expectations import company

BREAKS = yaml.safe_load(Path(__file__).with_name("breaks.yml").read_text(encoding="utf-8"))
WRITTEN = [
    suite
    for layer in ("conformed", "marts")
    for suite in load_suites(layer)
    if not suite.name.startswith(("contract_", "mart_"))
]
POLICY = PROJECT / "seeds" / "reference" / "quality_policy.csv"


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    return company.build(tmp_path_factory.mktemp("company") / "w.duckdb", POLICY)


def failed(warehouse: Path, suites):
    return {
        (check.suite, check.name): check
        for layer in ("conformed", "marts")
        for result in validate_suites(warehouse, layer, [s for s in suites if s.layer == layer])
        for check in result.checks
        if not check.success
    }


def test_a_sound_company_passes_every_suite(sound):
    told = {
        name: (check.error, check.offending_keys) for name, check in failed(sound, WRITTEN).items()
    }
    assert told == {}


def test_every_expectation_has_been_seen_to_fail():
    written = {suite.name: {entry.name for entry in suite.expectations} for suite in WRITTEN}
    assert {name: set(breaks) for name, breaks in BREAKS.items()} == written


@pytest.mark.parametrize("suite", WRITTEN, ids=lambda suite: suite.name)
def test_each_expectation_finds_its_fault_and_names_the_rows(sound, tmp_path, suite):
    for entry in suite.expectations:
        fault = BREAKS[suite.name][entry.name]
        broken = tmp_path / f"{entry.name}.duckdb"
        shutil.copy(sound, broken)
        with duckdb.connect(str(broken)) as connection:
            connection.execute(fault["break"])
        check = failed(broken, [replace(suite, expectations=(entry,))])[suite.name, entry.name]
        assert check.error is None, entry.name
        assert list(check.offending_keys) == fault["names"], entry.name
