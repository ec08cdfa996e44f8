"""A policy that can't be right is named by file, line and rule before any model is built."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from orchestration.health_policy import (
    PolicyError,
    health_policy_faults,
    require_sound_health_policy,
)
from orchestration.settings import PROJECT

REFERENCE = PROJECT / "seeds" / "reference"


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """A copy of the shipped reference tables."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "reference"))


def changed(reference: Path, file: str, line: int, before: str, after: str) -> None:
    """Replace text in one line of a file (the header is line 1)."""
    lines = (reference / file).read_text(encoding="utf-8").splitlines()
    assert before in lines[line - 1], lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(before, after, 1)
    (reference / file).write_text("\n".join(lines) + "\n", encoding="utf-8")


def found(reference: Path) -> list[tuple[str, int, str]]:
    return [(fault.file, fault.line, fault.rule) for fault in health_policy_faults(reference)]


def test_the_shipped_policy_is_sound() -> None:
    require_sound_health_policy(REFERENCE)


def test_weights_that_do_not_sum_to_one_are_named_by_their_set(reference: Path) -> None:
    changed(reference, "health_weights.csv", 3, "0.20", "0.25")
    assert found(reference) == [("health_weights.csv", 2, "weights_sum_to_one")]
    with pytest.raises(PolicyError, match=r"health_weights.csv line 2: .* sum to 1.05, not to 1"):
        require_sound_health_policy(reference)


def test_weights_of_measures_sum_to_one_in_each_input(reference: Path) -> None:
    changed(reference, "health_measure_weights.csv", 2, "0.40", "0.30")
    assert found(reference) == [("health_measure_weights.csv", 2, "weights_sum_to_one")]


def test_a_segment_that_nobody_knows_is_named(reference: Path) -> None:
    changed(reference, "health_weights.csv", 7, "enterprise", "enterprize")
    faults = found(reference)
    assert ("health_weights.csv", 7, "unknown_segment") in faults
    assert {rule for _, _, rule in faults} == {"unknown_segment", "weights_sum_to_one"}


@pytest.mark.parametrize(
    ("line", "before", "after", "rule"),
    [
        (3, "0.1,0.25", "0.05,0.25", "bands_overlap"),
        (3, "0.1,0.25", "0.15,0.25", "bands_cover"),
        (3, "lower,15", "lower,115", "grade_range"),
        (3, "lower,15", "upper,15", "inclusive_end"),
        (2, "all,,0.1", "all,0,0.1", "bands_cover"),
        (7, "0.8,,lower", "0.8,1,lower", "bands_cover"),
        (3, "seat_adoption", "seat_adoptoin", "unknown_measure"),
    ],
)
def test_a_wrong_band_is_named_by_its_line(
    reference: Path, line: int, before: str, after: str, rule: str
) -> None:
    changed(reference, "health_measure_bands.csv", line, before, after)
    assert ("health_measure_bands.csv", line, rule) in found(reference)


def test_the_bands_of_the_score_start_at_0_and_do_not_overlap(reference: Path) -> None:
    changed(reference, "health_bands.csv", 5, "red,0,20", "red,1,25")
    assert found(reference) == [
        ("health_bands.csv", 4, "bands_overlap"),
        ("health_bands.csv", 5, "bands_cover"),
    ]


def test_a_measure_can_not_be_weighted_in_another_input(reference: Path) -> None:
    changed(
        reference, "health_measure_weights.csv", 2, "seat_adoption,usage", "seat_adoption,support"
    )
    assert ("health_measure_weights.csv", 2, "input_of_measure") in found(reference)


@pytest.mark.parametrize(
    ("file", "line", "column", "value", "rule"),
    [
        ("churn_risk_models.csv", 2, "valid_from", "2025-06-22", "no_hindsight"),
        ("churn_risk_models.csv", 2, "calibration_slope", "-0.9", "slope_above_0"),
        ("churn_risk_models.csv", 2, "intercept", "", "number"),
        ("churn_risk_coefficients.csv", 2, "coefficient", "n/a", "number"),
        ("churn_risk_coefficients.csv", 2, "input_id", "usage", "one_coefficient_each"),
        ("churn_risk_coefficients.csv", 2, "input_id", "weather", "unknown_input"),
        ("churn_risk_coefficients.csv", 2, "model_id", "other", "unknown_model"),
        ("churn_risk_bands.csv", 3, "lower_risk", "0.2", "bands_overlap"),
        ("churn_risk_bands.csv", 3, "lower_risk", "0.3", "bands_cover"),
        ("churn_risk_bands.csv", 2, "lower_risk", "0.1", "bands_cover"),
    ],
)
def test_a_churn_risk_model_that_cannot_be_used_is_named(
    reference: Path, file: str, line: int, column: str, value: str, rule: str
) -> None:
    with (reference / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows[line - 2][column] = value
    with (reference / file).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert rule in {rule for _, _, rule in found(reference)}
