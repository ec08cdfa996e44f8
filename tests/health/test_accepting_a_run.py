"""A run of the fit counts once a person accepts it, and what was policy before stays as it was."""

from __future__ import annotations

import csv
import dataclasses
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.churn_risk.acceptance import AcceptanceError, Signature, accept
from orchestration.churn_risk.report import RecordedRun, described
from orchestration.cli import app
from orchestration.health_policy import INPUTS, PolicyError, health_policy_faults
from orchestration.settings import PROJECT

FILES = ("churn_risk_models.csv", "churn_risk_coefficients.csv", "health_weights.csv")
RISK = (0.35, 0.25, 0.05, 0.2, 0.15)
ME = Signature("CS Ops", "Better out of time", date(2026, 7, 1))


def made_run(**changes: object) -> RecordedRun:
    row = {
        "run_id": "abc123def456",
        "status": "fitted",
        "status_text": "fitted on 117 renewals and tested on 91",
        "learned_from_contract_id": "c1",
        "learned_from_end_date": date(2024, 4, 3),
        "learned_to_date": date(2025, 6, 22),
        "intercept": -0.1,
        "calibration_slope": 0.9,
        "calibration_intercept": -0.8,
        "auc": 0.71,
        "auc_lower_95": 0.59,
        "auc_upper_95": 0.83,
        "test_renewals": 91,
        "test_lost": 30,
    }
    coefficients = [
        {"input_id": name, "mean_grade": 60.0, "coefficient": -0.01 * number}
        for number, name in enumerate(INPUTS)
    ]
    weights = [
        {
            "segment": segment,
            "lifecycle_stage": "all",
            "input_id": name,
            "status": status,
            "status_text": "insufficient outcomes: 20 of 30 needed",
            "proposed_weight": weight if status == "proposed" else None,
            "current_auc": 0.69,
            "proposed_auc": 0.70,
            "auc_gain_lower_95": -0.01,
            "auc_gain_upper_95": 0.03,
            "test_lost": 30,
        }
        for segment, status in (("all", "proposed"), ("smb", "insufficient_outcomes"))
        for name, weight in zip(INPUTS, RISK, strict=True)
    ]
    return RecordedRun(row | changes, tuple(coefficients), tuple(weights))


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROJECT / "seeds" / "reference", tmp_path / "reference"))


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_an_accepted_run_adds_signed_rows_and_changes_no_old_one(reference: Path) -> None:
    before = {name: (reference / name).read_bytes() for name in FILES}
    written = accept(made_run(), ME, reference, model=True, weights=True)
    assert written == dict(zip(FILES, (1, 5, 5), strict=True))
    assert all((reference / name).read_bytes().startswith(before[name]) for name in FILES)
    assert {p.name for p in reference.iterdir()} == {
        p.name for p in (PROJECT / "seeds" / "reference").iterdir()
    }
    new = rows(reference / "health_weights.csv")[-5:]
    assert [(row["segment"], row["input_id"], float(row["weight"])) for row in new] == [
        ("all", name, weight) for name, weight in zip(INPUTS, RISK, strict=True)
    ]
    assert {(row["owner"], row["valid_from"], row["model_version"]) for row in new} == {
        ("CS Ops", "2026-07-01", "abc123def456")
    }
    assert all("0.690 → 0.700" in row["reason"] for row in new)
    assert all(row["reason"].startswith("Better out of time") for row in new)
    model = rows(reference / "churn_risk_models.csv")[-1]
    assert (model["model_id"], model["valid_from"]) == ("abc123def456", "2026-07-01")
    assert "AUC out of time 0.710 (0.590 to 0.830) on 91 renewals, 30 lost" in model["reason"]
    assert health_policy_faults(reference) == []


def test_model_and_weights_can_be_accepted_each_alone(reference: Path) -> None:
    assert list(accept(made_run(), ME, reference, model=True, weights=False)) == [
        "churn_risk_coefficients.csv",
        "churn_risk_models.csv",
    ]
    assert list(accept(made_run(), ME, reference, model=False, weights=True)) == [
        "health_weights.csv"
    ]


@pytest.mark.parametrize("part", ["model", "weights"])
def test_nothing_is_accepted_twice(reference: Path, part: str) -> None:
    what = {"model": part == "model", "weights": part == "weights"}
    accept(made_run(), ME, reference, **what)
    before = {name: (reference / name).read_bytes() for name in FILES}
    with pytest.raises(AcceptanceError, match="old rows are never changed"):
        accept(made_run(), ME, reference, **what)
    assert before == {name: (reference / name).read_bytes() for name in FILES}


@pytest.mark.parametrize(
    ("owner", "reason", "missing"), [("", "why", "owner"), ("CS Ops", "  ", "reason")]
)
def test_a_decision_needs_a_name_and_a_reason(owner: str, reason: str, missing: str) -> None:
    with pytest.raises(AcceptanceError, match=f"say --{missing}"):
        Signature(owner, reason, date(2026, 7, 1))


def test_a_model_may_not_count_before_what_it_learned_was_known(reference: Path) -> None:
    early = dataclasses.replace(ME, valid_from=date(2025, 6, 22))
    with pytest.raises(AcceptanceError, match="from the day after, not from 2025-06-22"):
        accept(made_run(), early, reference, model=True, weights=True)
    next_day = dataclasses.replace(ME, valid_from=date(2025, 6, 23))
    assert accept(made_run(), next_day, reference, model=True, weights=False)


def test_a_run_without_a_model_cannot_be_accepted(reference: Path) -> None:
    run = made_run(
        status="insufficient_outcomes", status_text="insufficient outcomes: 12 of 60 needed"
    )
    with pytest.raises(AcceptanceError, match="no model: insufficient outcomes: 12 of 60 needed"):
        accept(run, ME, reference, model=True, weights=True)
    assert described(run)[-1] == "There is no model and nothing is proposed."


def test_what_would_make_the_policy_unusable_is_not_written(reference: Path) -> None:
    run = made_run()
    wrong = dataclasses.replace(
        run, weights=tuple(one | {"proposed_weight": 0.3} for one in run.weights)
    )
    before = (reference / "health_weights.csv").read_bytes()
    with pytest.raises(PolicyError, match=r"sum to 1.5, not to 1"):
        accept(wrong, ME, reference, model=True, weights=True)
    assert (reference / "health_weights.csv").read_bytes() == before


@pytest.fixture
def published_home(tmp_path: Path) -> Path:
    """A home whose published version knows one run, and nothing to accept in it."""
    file = tmp_path / "home" / "published" / "current.duckdb"
    file.parent.mkdir(parents=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create schema marts;"
            "create table marts.fct_churn_risk_model_runs as select 'abc123def456' as run_id, "
            "'insufficient_outcomes' as status, 'insufficient outcomes: 12 of 60 needed' "
            "as status_text, 1 as run_number, date '2026-05-01' as known_to_date, "
            "null::decimal(9, 6) as auc, null::decimal(9, 6) as auc_lower_95, "
            "null::decimal(9, 6) as auc_upper_95, null::decimal(9, 6) as score_auc, "
            "null::date as learned_to_date, false as is_accepted;"
            "create table marts.fct_churn_risk_coefficients (run_id varchar);"
            "create table marts.fct_health_weight_proposals (run_id varchar);"
            "create table marts.fct_account_health_daily as select date '2026-06-30' as date_day"
        )
    return tmp_path / "home"


def weights(home: Path, *arguments: str):
    return CliRunner().invoke(app, ["weights", *arguments, "--home", str(home)])


def test_the_runs_are_listed_and_shown_as_published(published_home: Path) -> None:
    listed = weights(published_home, "list")
    assert listed.exit_code == 0
    assert listed.output == (
        "abc123def456  outcomes to 2026-05-01: insufficient outcomes: 12 of 60 needed\n"
    )
    shown = weights(published_home, "show")
    assert shown.exit_code == 0
    assert "insufficient outcomes: 12 of 60 needed" in shown.output


def test_accepting_asks_for_a_known_run_an_owner_and_a_reason(published_home: Path) -> None:
    assert weights(published_home, "accept", "latest").exit_code != 0  # nobody answers the prompt
    signed = ("--owner", "CS Ops", "--reason", "trying")
    unknown = weights(published_home, "accept", "nosuch", *signed)
    assert unknown.exit_code == 2
    refused = weights(published_home, "accept", "abc", *signed)
    assert refused.exit_code == 2
    before = (PROJECT / "seeds" / "reference" / "health_weights.csv").read_text("utf-8")
    assert "abc123def456" not in before
