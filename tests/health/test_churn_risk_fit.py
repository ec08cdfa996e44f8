"""The churn-risk model learns what was final, is tested on what came later, and never guesses."""

from __future__ import annotations

import dataclasses
import math
import random
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from orchestration.churn_risk import records
from orchestration.churn_risk.cases import Case
from orchestration.churn_risk.measures import auc, auc_gain, brier
from orchestration.churn_risk.model import Coefficient, Model, fit
from orchestration.churn_risk.proposals import proposals, rounded_shares, weighted_score
from orchestration.churn_risk.runs import fitted_run, run
from orchestration.churn_risk.split import Split, out_of_time
from tests.health.made_renewals import EVEN, SETTINGS, case, renewals

Z = SETTINGS.confidence_z


def test_every_outcome_learned_from_was_final_before_the_first_test_renewal_was_due() -> None:
    split = out_of_time(renewals(900, seed=1), SETTINGS)
    assert split.shortage == ""
    assert max(one.known for one in split.train) < split.split_date
    assert min(one.due for one in split.test) == split.split_date
    lost = sum(one.is_lost for one in renewals(900, seed=1))
    assert sum(one.is_lost for one in split.test) == math.ceil(0.3 * lost)
    # One renewal a day: those due in the 90 days before the split were open, and are left out.
    assert 900 - len(split.train) - len(split.test) == 90


def test_with_few_losses_the_test_keeps_the_minimum_of_the_report() -> None:
    cases = renewals(400, seed=2)
    lost = sum(one.is_lost for one in cases)
    assert 0.3 * lost < 60 < lost
    settings = dataclasses.replace(SETTINGS, validation_min_events=60)
    assert sum(one.is_lost for one in out_of_time(cases, settings).test) == 60


def test_too_few_outcomes_make_no_model_and_say_how_many_lack() -> None:
    day = date(2025, 1, 1)
    few = [case(n, day + timedelta(days=n), n % 4 == 0, (50.0,) * 5) for n in range(48)]
    found = run(few, SETTINGS, [EVEN], "0" * 64)
    assert found.model is None
    assert found.proposals == ()
    assert found.row["status"] == "insufficient_outcomes"
    assert found.row["status_text"] == "insufficient outcomes: 12 of 60 needed"
    assert "auc" not in found.row


def test_enough_to_test_but_too_few_to_learn_from_make_no_model_either() -> None:
    day = date(2025, 1, 1)
    # 42 lost in 126 days: the newest 30 are kept back, and 90 days before them nothing is final.
    cases = [case(n, day + timedelta(days=n), n % 3 == 0, (50.0,) * 5) for n in range(126)]
    row = run(cases, SETTINGS, [EVEN], "0" * 64).row
    assert row["status_text"] == "insufficient outcomes: 0 of 30 needed"


def test_no_renewal_at_all_is_said_as_such() -> None:
    row = run([], SETTINGS, [EVEN], "0" * 64).row
    assert row["status_text"] == "insufficient outcomes: 0 of 60 needed"
    assert row["known_to_date"] is None


def test_the_fit_finds_the_law_that_the_renewals_follow() -> None:
    cases = renewals(4000, seed=3, missing=0.0)
    model = fit(cases)
    per_point = [model.calibration_slope * part.coefficient for part in model.coefficients]
    assert per_point == pytest.approx([-0.05, 0, 0, -0.025, 0], abs=0.005)
    rate = sum(one.is_lost for one in cases) / len(cases)
    risks = [model.risk(one) for one in cases]
    assert sum(risks) / len(risks) == pytest.approx(rate, abs=0.01)
    bold = [one for one, risk in zip(cases, risks, strict=True) if 0.6 < risk < 0.7]
    assert sum(one.is_lost for one in bold) / len(bold) == pytest.approx(0.65, abs=0.05)


def test_a_risk_is_the_calibrated_logistic_of_what_is_known() -> None:
    parts = (Coefficient("usage", 9, 60.0, 10.0, -0.05), Coefficient("sentiment", 9, 50.0, 1, -1))
    model = Model(0.1, 0.5, 2.0, -1.0, parts)
    day = date(2025, 1, 1)
    # 0.5 + 0.05 x 20 = 1.5; -1 + 2 x 1.5 = 2; 1 / (1 + e^-2) = 0.880797
    assert model.risk(case(1, day, True, (40.0, None))) == pytest.approx(0.880797, abs=1e-6)


def test_what_is_written_down_says_what_the_library_would_say() -> None:
    """The numbers that are kept are the whole model: scikit-learn isn't needed to use it."""
    cases = renewals(300, seed=10, effect=0.02, missing=0)
    model = fit(cases)
    kept = [number for number, one in enumerate(model.coefficients) if one.coefficient]
    grades = np.array([[one.grades[number] for number in kept] for one in cases])
    lost = [one.is_lost for one in cases]
    regression = LogisticRegression(C=model.regularisation, class_weight="balanced", tol=1e-10)
    curve = CalibratedClassifierCV(
        make_pipeline(StandardScaler(), regression), cv=KFold(5), ensemble=False
    ).fit(grades, lost)
    assert abs(model.calibration_slope - 1) > 0.1
    said = [model.risk(one) for one in cases]
    assert said == pytest.approx(curve.predict_proba(grades)[:, 1].tolist(), abs=1e-4)


def test_the_same_renewals_give_the_same_run_and_shuffled_outcomes_tell_nothing() -> None:
    cases = renewals(500, seed=4)
    assert run(cases, SETTINGS, [EVEN], "0" * 64) == run(cases, SETTINGS, [EVEN], "0" * 64)
    missed = 0
    for seed in range(8):
        outcomes = [one.is_lost for one in cases]
        random.Random(seed).shuffle(outcomes)
        shuffled = [
            dataclasses.replace(one, is_lost=is_lost)
            for one, is_lost in zip(cases, outcomes, strict=True)
        ]
        row = run(shuffled, SETTINGS, [EVEN], "0" * 64).row
        if row["status"] == "fitted":
            missed += not row["auc_lower_95"] <= 0.5 <= row["auc_upper_95"]
    assert missed <= 1


def turned_around() -> list[Case]:
    """Better usage and sentiment, more losses; nothing else matters."""
    made = renewals(900, seed=5, effect=-0.05, missing=0)
    return [dataclasses.replace(one, grades=(one.grades[0],) * 5) for one in made]


def test_where_better_grades_go_with_more_losses_there_is_no_model_and_no_weight() -> None:
    row = run(turned_around(), SETTINGS, [EVEN], "0" * 64).row
    assert row["status"] == "no_signal"
    assert "auc" not in row
    split = Split(tuple(turned_around()), (), None)
    [found] = proposals(split, [EVEN], strength=0.1, settings=SETTINGS)
    assert (found.status, found.proposed) == ("no_signal", ())


def test_an_input_that_says_the_opposite_is_left_out() -> None:
    """Sentiment lowers the risk, usage raises it: only sentiment and chance are in the model."""
    made = renewals(1500, seed=9, effect=0.05, missing=0)
    cases = [
        dataclasses.replace(one, grades=(100 - one.grades[0], *one.grades[1:])) for one in made
    ]
    usage, _, _, sentiment, _ = fit(cases).coefficients
    assert usage.coefficient == 0
    assert sentiment.coefficient < -0.01
    assert all(part.coefficient <= 0 for part in fit(cases).coefficients)


def test_proposed_weights_yield_to_the_evidence_by_its_weight_and_sum_to_one() -> None:
    cases = renewals(2000, seed=6)
    train, test = tuple(cases[:1000]), tuple(cases[1000:])
    small = dataclasses.replace(EVEN, segment="enterprise")
    settings = dataclasses.replace(SETTINGS, proposal_prior_lost=sum(one.is_lost for one in train))
    found, none = proposals(Split(train, test, None), [EVEN, small], 0.1, settings)
    # As many losses as the prior's: half-way between 0.2 and the evidence.
    for share, new in zip(found.evidence, found.proposed, strict=True):
        assert new == pytest.approx((share + 0.2) / 2, abs=0.01)
    assert sum(round(100 * share) for share in found.proposed) == 100
    assert found.evidence[0] == pytest.approx(2 * found.evidence[3], rel=0.35)
    assert found.proposed_auc > found.current_auc
    assert found.gain.lower > 0
    assert none.status == "insufficient_outcomes"
    assert none.status_text == "insufficient outcomes: 0 of 30 needed"
    assert {row["proposed_weight"] for row in none.rows()} == {None}


def test_shares_are_rounded_so_that_they_sum_to_one() -> None:
    assert rounded_shares((1 / 3, 1 / 3, 1 / 3, 0, 0)) == (0.34, 0.33, 0.33, 0, 0)
    assert rounded_shares((0.125, 0.125, 0.25, 0.25, 0.25)) == (0.13, 0.12, 0.25, 0.25, 0.25)


def test_a_weighted_score_leaves_out_what_is_unknown() -> None:
    one = case(1, date(2025, 1, 1), False, (80.0, None, 20.0, None, None))
    assert weighted_score(one, (0.3, 0.4, 0.1, 0.1, 0.1)) == pytest.approx((24 + 2) / 0.4)


def test_the_figures_of_a_ranking_are_those_of_the_books() -> None:
    # Pairs won by the lost ones: 0.9 beats all three, 0.4 beats 0.1 and ties 0.4: 4.5 of 6.
    risks, lost = [0.9, 0.4, 0.6, 0.4, 0.1], [True, True, False, False, False]
    found = auc(risks, lost, Z)
    assert found.value == pytest.approx(0.75)
    # Hanley and McNeil: Q1 = 0.75/1.25 = 0.6, Q2 = 1.125/1.75 = 0.642857;
    # (0.1875 + 1 x 0.0375 + 2 x 0.080357) / 6 = 0.064286, error 0.253546.
    assert found.value - found.lower == pytest.approx(Z * 0.253546, abs=1e-5)
    assert found.upper == 1.0
    # Brier: 0.01, 0.36, 0.36, 0.16, 0.01: mean 0.18.
    assert brier(risks, lost, Z).value == pytest.approx(0.18)


def test_the_gain_of_a_ranking_is_judged_on_pairs() -> None:
    draw = random.Random(8)
    lost = [draw.random() < 0.3 for _ in range(3000)]
    state = [one + draw.gauss(0, 1.5) for one in lost]
    worse = [one + draw.gauss(0, 1.0) for one in state]
    found = auc_gain(state, worse, lost, Z)
    assert found.value == pytest.approx(auc(state, lost, Z).value - auc(worse, lost, Z).value)
    again = []
    for _ in range(100):
        chosen = [draw.randrange(3000) for _ in range(3000)]
        part = [[values[n] for n in chosen] for values in (state, worse, lost)]
        again.append(auc(part[0], part[2], Z).value - auc(part[1], part[2], Z).value)
    again.sort()
    assert found.lower == pytest.approx(again[2], abs=0.006)
    assert found.upper == pytest.approx(again[-3], abs=0.006)


@pytest.fixture
def build() -> duckdb.DuckDBPyConnection:
    """A build with the renewals of a known law and the settings of the shipped policy."""
    connection = duckdb.connect()
    connection.execute("create schema intermediate; create schema reference;")
    connection.execute(
        "create table reference.health_settings as from read_csv("
        "'seeds/reference/health_settings.csv'); "
        "create table reference.health_weights as from read_csv("
        "'seeds/reference/health_weights.csv')"
    )
    connection.execute(
        "create table intermediate.int_churn_risk_cases (account_id varchar, contract_id varchar, "
        "segment varchar, lifecycle_stage varchar, input_id varchar, input_grade decimal(9, 4), "
        "raw_score decimal(7, 2), is_lost boolean, due_date date, known_date date)"
    )
    names = ("usage", "engagement", "support", "sentiment", "commercial")
    made = pd.DataFrame(
        [
            (
                *(one.account_id, one.contract_id, one.segment, one.lifecycle_stage, name, grade),
                *(one.score, one.is_lost, one.due, one.known),
            )
            for one in renewals(400, seed=7)
            for name, grade in zip(names, one.grades, strict=True)
        ]
    )
    connection.register("made", made)
    connection.execute("insert into intermediate.int_churn_risk_cases from made")
    return connection


def test_a_run_is_written_once_for_the_same_data_and_anew_for_other_data(build) -> None:
    first, is_new = fitted_run(build, date(2022, 1, 1))
    assert is_new
    before = build.execute(f"from {records.SCHEMA}.weight_proposals order by all").fetchall()
    assert fitted_run(build, date(2022, 1, 2)) == (first, False)
    assert (
        build.execute(f"from {records.SCHEMA}.weight_proposals order by all").fetchall() == before
    )
    counts = build.execute(
        "select count(*), min(run_number), min(train_lost) >= 30, min(test_lost) >= 30, "
        "min(status) from churn_risk.model_runs"
    ).fetchall()
    assert counts == [(1, 1, True, True, "fitted")]
    build.execute("update intermediate.int_churn_risk_cases set is_lost = not is_lost "
                  "where account_id = 'a5'")  # fmt: skip
    second, is_new = fitted_run(build, date(2022, 1, 2))
    assert is_new
    assert second != first
    runs = build.execute("select run_id, run_number from churn_risk.model_runs order by 2")
    assert runs.fetchall() == [(first, 1), (second, 2)]


def test_what_is_written_down_is_what_the_risk_is_made_of(build) -> None:
    run_id, _ = fitted_run(build, date(2022, 1, 1))
    written = build.execute(
        "select count(*), sum(case when coefficient < 0 then 1 else 0 end), "
        "max(abs(coefficient * grade_deviation - standard_coefficient)) < 1e-6 "
        "from churn_risk.coefficients where run_id = ?",
        [run_id],
    ).fetchall()[0]
    assert written[0] == 5
    assert written[1] >= 2
    assert written[2]
