"""The accuracy report against the same definitions worked out in pandas, on a random company."""

from __future__ import annotations

from datetime import timedelta

import duckdb
import pandas as pd
import pytest

from tests.renewals.conftest import LAST_DAY, Build
from tests.renewals.random_company import random_company

COLUMNS = ["forecast_arr", "actual_arr", "secured_arr", "due_change_arr", "slipped_arr",
           "lost_arr", "contracted_arr", "pulled_in_arr", "expanded_arr"]  # fmt: skip


@pytest.fixture(scope="module")
def company(build: Build) -> duckdb.DuckDBPyConnection:
    items, tables = random_company(11, 150)
    return build(items, **tables)


@pytest.fixture(scope="module")
def frames(company: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    found = {name: company.execute(f"select * from marts.{name}").df() for name in (
        "fct_renewals", "fct_renewal_forecast_daily", "rpt_renewal_forecast_accuracy")}  # fmt: skip
    for frame in found.values():
        for column in frame.columns:
            if column.endswith("_arr"):
                frame[column] = frame[column].astype(float)
            if column.endswith("_date"):
                frame[column] = pd.to_datetime(frame[column])
    return found


def last_years_rate(renewals: pd.DataFrame, snapshot: pd.Timestamp) -> float:
    """Kept share of what was due in the year that ended with the grace before the snapshot."""
    end = snapshot - pd.Timedelta(days=90)
    begin = snapshot - pd.DateOffset(years=1) - pd.Timedelta(days=90)
    year = renewals[(renewals.due_date > begin) & (renewals.due_date <= end)]
    return year.retained_arr.sum() / year.due_arr.sum() if len(year) else float("nan")


def said_by(forecaster: str, snapshot: pd.DataFrame, rate: float) -> pd.Series:
    """Each term's forecast by one forecaster."""
    if forecaster == "expected":
        return snapshot.forecast_arr
    if forecaster == "last_year":
        return (snapshot.due_arr * rate).round(2)
    if forecaster == "last_year_on_open":
        naive = (snapshot.due_arr * rate).round(2)
        return naive.where(snapshot.state == "open", snapshot.forecast_arr)
    return snapshot[f"{forecaster}_arr"]


def scored(frames: dict[str, pd.DataFrame], quarter: pd.Period, days: int, forecaster: str) -> dict:
    """One cell of the report, from the snapshots and the outcomes."""
    renewals, forecasts = frames["fct_renewals"], frames["fct_renewal_forecast_daily"]
    name = f"{quarter.year}-Q{quarter.quarter}"
    day = quarter.end_time.normalize() - timedelta(days=days)
    snapshot = forecasts[(forecasts.snapshot_date == day) & (forecasts.due_quarter == name)].copy()
    snapshot["said"] = said_by(forecaster, snapshot, last_years_rate(renewals, day))
    ended = renewals[renewals.due_quarter == name]
    both = snapshot.merge(ended, on="contract_id", how="outer", suffixes=("", "_then"),
                          indicator=True)  # fmt: skip
    decided = both.outcome.isin(["renewed", "contracted", "expanded", "churned"])
    kept = (both._merge == "both") & decided & (both.outcome != "churned")
    lost = (both._merge == "both") & (both.outcome == "churned")
    gone = (both._merge == "left_only") | (both.outcome.notna() & ~decided)
    new = (both._merge == "right_only") & decided
    return {
        "forecast_arr": both.said.sum(),
        "actual_arr": ended.retained_arr.sum(),
        "secured_arr": (both.due_arr - both.said)[kept].sum(),
        "due_change_arr": (both.due_arr_then - both.due_arr)[kept].sum(),
        "slipped_arr": -both.said[gone].sum(),
        "lost_arr": -both.said[lost].sum(),
        "contracted_arr": -(both.due_arr_then - both.retained_arr)[kept].sum(),
        "pulled_in_arr": both.retained_arr[new].sum(),
        "expanded_arr": ended.uplift_arr.sum(),
    }


@pytest.mark.parametrize("days", [90, 60, 30])
@pytest.mark.parametrize("forecaster", ["expected", "last_year", "last_year_on_open", "crm_commit",
                                        "crm_best_case", "crm_pipeline"])  # fmt: skip
def test_accuracy_bias_and_waterfall_are_those_of_pandas(
    frames: dict[str, pd.DataFrame], forecaster: str, days: int
) -> None:
    report = frames["rpt_renewal_forecast_accuracy"]
    cells = report[
        (report.slice_type == "company")
        & (report.forecaster == forecaster)
        & (report.horizon_days == days)
    ].set_index("due_quarter")
    assert len(cells) >= 7
    judged = 0
    for quarter in pd.period_range("2024Q4", pd.Timestamp(LAST_DAY).to_period("Q"), freq="Q"):
        expected = scored(frames, quarter, days, forecaster)
        cell = cells.loc[f"{quarter.year}-Q{quarter.quarter}"]
        if forecaster.startswith("last_year") and not expected["forecast_arr"]:
            continue
        for column in COLUMNS:
            assert cell[column] == pytest.approx(expected[column], abs=0.011), (quarter, column)
        error = expected["forecast_arr"] - expected["actual_arr"]
        actual = expected["actual_arr"]
        assert cell.forecast_accuracy == pytest.approx(1 - abs(error) / actual)
        assert cell.forecast_bias == pytest.approx(error / actual)
        judged += 1
    assert judged >= 4


def test_the_report_has_seen_every_fate(frames: dict[str, pd.DataFrame]) -> None:
    report = frames["rpt_renewal_forecast_accuracy"]
    sums = report[report.slice_type == "company"][COLUMNS].abs().sum()
    assert (sums.drop(["pulled_in_arr", "due_change_arr"]) > 0).all(), sums


def test_a_forecast_lies_in_its_band_and_a_settled_term_has_no_doubt(
    frames: dict[str, pd.DataFrame],
) -> None:
    report = frames["rpt_renewal_forecast_accuracy"]
    ours = report[report.forecaster == "expected"]
    assert (ours.forecast_low_arr <= ours.forecast_arr + 0.01).all()
    assert (ours.forecast_arr <= ours.forecast_high_arr + 0.01).all()
    snapshots = frames["fct_renewal_forecast_daily"]
    settled = snapshots[snapshots.state != "open"]
    assert set(settled.probability.astype(float)) == {0.0, 1.0}
