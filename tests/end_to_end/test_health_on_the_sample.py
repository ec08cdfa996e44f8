"""On the sample company: does the score foretell losses, and is the churn risk what it says it is?

The cases are put together here from the daily rows and the outcomes, and ranked by scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from orchestration.settings import PROJECT

HEADLINE = 90
HORIZONS = (30, 60, 90, 180)
REFERENCE = PROJECT / "seeds" / "reference"
SHUFFLES = 1000


@pytest.fixture(scope="module")
def warehouse(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    file = sample_home / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def renewals(warehouse: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Past renewals whose outcome is final."""
    return warehouse.execute(
        "select account_id, outcome_id, outcome_date, is_lost "
        "from intermediate.int_health_outcomes where outcome_type = 'renewal'"
    ).df()


def cases(
    warehouse: duckdb.DuckDBPyConnection, renewals: pd.DataFrame, horizon: int
) -> pd.DataFrame:
    """One row per renewal of an account that had a score so many days before: score and grades."""
    asked = renewals.assign(date_day=renewals["outcome_date"] - pd.Timedelta(days=horizon))
    warehouse.register("asked", asked)
    scores = warehouse.execute(
        "select asked.account_id, asked.outcome_date, asked.is_lost, asked.date_day, "
        "cast(score as double) as score, cast(raw_score as double) as raw_score, "
        "cast(100 - 100 * churn_risk as double) as churn_risk "
        "from marts.fct_account_health_daily join asked using (account_id, date_day) "
        "where score is not null"
    ).df()
    grades = warehouse.execute(
        "select account_id, date_day, cast(grade as double) as grade, "
        "case when measure_id = 'all' then input_id else measure_id end as predictor "
        "from marts.fct_account_health_inputs_daily join asked using (account_id, date_day)"
    ).df()
    wide = grades.pivot_table(index=["account_id", "date_day"], columns="predictor", values="grade")
    return scores.merge(wide.reset_index(), on=["account_id", "date_day"])


@pytest.fixture(scope="module")
def headline(warehouse: duckdb.DuckDBPyConnection, renewals: pd.DataFrame) -> pd.DataFrame:
    return cases(warehouse, renewals, HEADLINE)


def predictors(table: pd.DataFrame) -> list[str]:
    return [name for name in table.columns if table[name].dtype == "float64"]


def area(table: pd.DataFrame, predictor: str) -> float:
    return float(roc_auc_score(table["is_lost"], -table[predictor]))


def test_the_score_beats_each_measure_each_input_and_usage_alone_on_the_same_accounts(
    headline: pd.DataFrame,
) -> None:
    """Out of time and out of company: the weights were not fitted on this company at all."""
    assert headline["is_lost"].sum() >= 60
    others = set(predictors(headline)) - {"score", "raw_score", "churn_risk"}
    assert {"usage", "seat_adoption", "nps", "csm_sentiment", "unused_seats"} <= others
    assert len(others) >= 28
    beaten = {}
    for name in others:
        known = headline[headline[name].notna()]
        beaten[name] = area(known, "score") - area(known, name)
    assert {name: gain for name, gain in beaten.items() if gain <= 0} == {}
    assert beaten["usage"] > 0.03


def test_the_published_areas_are_those_of_another_implementation(
    warehouse: duckdb.DuckDBPyConnection, renewals: pd.DataFrame
) -> None:
    published = {
        (predictor, horizon): (float(value), lost, count)
        for predictor, horizon, value, lost, count in warehouse.execute(
            "select predictor_id, horizon_days, metric_value, numerator, denominator "
            "from marts.rpt_health_validation "
            "where metric_id = 'auc' and slice_type = 'all' and has_enough_events"
        ).fetchall()
    }
    seen = 0
    for horizon in HORIZONS:
        table = cases(warehouse, renewals, horizon)
        for name in predictors(table):
            known = table[table[name].notna()]
            lost = int(known["is_lost"].sum())
            if min(lost, len(known) - lost) >= 30:
                value, losses, count = published[name, horizon]
                assert (losses, count) == (lost, len(known))
                assert value == pytest.approx(area(known, name), abs=1e-6)
                seen += 1
    assert seen == len(published) > 60


def test_the_report_says_how_good_the_score_is_on_the_same_accounts_as_each_part(
    warehouse: duckdb.DuckDBPyConnection, headline: pd.DataFrame
) -> None:
    rows = warehouse.execute(
        "select slice, metric_value from marts.rpt_health_validation where metric_id = 'auc' "
        "and slice_type = 'where_known' and horizon_days = ? and has_enough_events",
        [HEADLINE],
    ).fetchall()
    assert len(rows) > 20
    for name, value in rows:
        known = headline[headline[name].notna()]
        assert float(value) == pytest.approx(area(known, "score"), abs=1e-6)


def test_with_outcomes_shuffled_the_interval_holds_one_half_in_95_of_100(
    headline: pd.DataFrame,
) -> None:
    random = np.random.default_rng(20260630)
    lost = headline["is_lost"].to_numpy()
    ranks = headline["score"].rank(ascending=False).to_numpy()
    bad, good = lost.sum(), (~lost).sum()
    held = 0
    for _ in range(SHUFFLES):
        shuffled = random.permutation(lost)
        auc = (ranks[shuffled].sum() - bad * (bad + 1) / 2) / (bad * good)
        held += abs(auc - 0.5) <= 1.959964 * _hanley_mcneil(auc, bad, good)
    # 950 expected with a standard deviation of 7.
    assert 925 <= held <= 975


def _hanley_mcneil(auc: float, bad: int, good: int) -> float:
    worse, better = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = (bad - 1) * (worse - auc**2) + (good - 1) * (better - auc**2)
    return math.sqrt((auc * (1 - auc) + spread) / (bad * good))


@pytest.fixture(scope="module")
def accepted() -> tuple[pd.Series, pd.DataFrame]:
    """The shipped model as it stands in the reference tables."""
    models = pd.read_csv(REFERENCE / "churn_risk_models.csv", parse_dates=["valid_from"])
    coefficients = pd.read_csv(REFERENCE / "churn_risk_coefficients.csv")
    model = models.iloc[0]
    return model, coefficients[coefficients["model_id"] == model["model_id"]]


def risks(
    warehouse: duckdb.DuckDBPyConnection, accepted: tuple[pd.Series, pd.DataFrame], days: str
) -> pd.DataFrame:
    """The risk of accounts and days by the accepted model, computed here."""
    model, coefficients = accepted
    grades = warehouse.execute(
        "select account_id, date_day, input_id, cast(grade as double) as grade "
        "from marts.fct_account_health_inputs_daily "
        f"where measure_id = 'all' and grade is not null and {days}"
    ).df()
    parts = grades.merge(coefficients, on="input_id")
    parts["part"] = parts["coefficient"] * (parts["grade"] - parts["mean_grade"])
    sums = parts.groupby(["account_id", "date_day"])["part"].sum().reset_index()
    log_odds = model["intercept"] + sums["part"]
    margin = model["calibration_intercept"] + model["calibration_slope"] * log_odds
    return sums.assign(risk=1 / (1 + np.exp(-margin)))


def test_the_risk_is_the_accepted_model_said_of_the_grades_of_the_day(
    warehouse: duckdb.DuckDBPyConnection, accepted: tuple[pd.Series, pd.DataFrame]
) -> None:
    published = warehouse.execute(
        "select account_id, date_day, cast(churn_risk as double) as churn_risk, churn_risk_band "
        "from marts.fct_account_health_daily "
        "where date_day >= date '2026-06-01' and churn_risk is not null"
    ).df()
    again = risks(warehouse, accepted, "date_day >= date '2026-06-01'")
    both = published.merge(again, on=["account_id", "date_day"])
    assert len(both) == len(published) > 5000
    assert (both["churn_risk"] - both["risk"]).abs().max() < 1e-6
    bands = pd.cut(both["churn_risk"], [0, 0.25, 0.5, 1], right=False,
                   labels=["low", "elevated", "high"])  # fmt: skip
    assert (bands.astype(str) == both["churn_risk_band"]).all()
    assert set(both["churn_risk_band"]) == {"low", "elevated", "high"}


def test_no_day_before_the_model_counts_has_a_risk_and_every_scored_day_after_it_has(
    warehouse: duckdb.DuckDBPyConnection, accepted: tuple[pd.Series, pd.DataFrame]
) -> None:
    model, _ = accepted
    rows = warehouse.execute(
        "select churn_risk_status, date_day >= ? as counts, raw_score is not null as scored, "
        "count(churn_risk), count(*) from marts.fct_account_health_daily group by all",
        [model["valid_from"].date()],
    ).fetchall()
    for status, counts, scored, with_risk, count in rows:
        expected = "insufficient_data"
        if scored:
            expected = "estimated" if counts else "no_accepted_model"
        assert status == expected
        assert with_risk == (count if expected == "estimated" else 0)
    assert len(rows) >= 3


def test_the_run_behind_the_model_is_what_the_sample_gives_and_holds_out_of_time(
    warehouse: duckdb.DuckDBPyConnection,
    accepted: tuple[pd.Series, pd.DataFrame],
    renewals: pd.DataFrame,
) -> None:
    model, _ = accepted
    run = warehouse.execute("select * from marts.fct_churn_risk_model_runs where is_accepted").df()
    assert run["run_id"].tolist() == [model["model_id"]]
    row = run.iloc[0]
    assert row["status"] == "fitted"
    assert row["learned_to_date"] < row["split_date"] <= model["valid_from"]
    due = renewals[renewals["outcome_date"] >= row["split_date"]]
    asked = due.assign(date_day=due["outcome_date"] - timedelta(days=HEADLINE))
    warehouse.register("asked", asked[["account_id", "date_day", "is_lost"]])
    days = "(account_id, date_day) in (select (account_id, date_day) from asked)"
    known = risks(warehouse, accepted, days).merge(asked, on=["account_id", "date_day"])
    scored = warehouse.execute(
        "select account_id, date_day from marts.fct_account_health_daily "
        "join asked using (account_id, date_day) where raw_score is not null"
    ).df()
    known = known.merge(scored, on=["account_id", "date_day"])
    assert (len(known), known["is_lost"].sum()) == (row["test_renewals"], row["test_lost"])
    assert float(row["auc"]) == pytest.approx(
        roc_auc_score(known["is_lost"], known["risk"]), abs=1e-6
    )
    assert float(row["brier"]) == pytest.approx(
        ((known["risk"] - known["is_lost"]) ** 2).mean(), abs=1e-6
    )
    assert row["auc_lower_95"] > 0.5
    assert row["brier"] < row["base_rate_brier"]
