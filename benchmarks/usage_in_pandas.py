"""The roll-up of usage and the score of one day, written as one would in pandas.

    python -m benchmarks.usage_in_pandas --warehouse FILE --day 2026-06-30 --out seconds.json

All events become account-user-days and account-feature-days; from those come the usage quantities
of the day, and from the day's measures the scores. Both are held against what the models made, so
the comparison is of the same thing. Beside it the same two roll-ups by DuckDB.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

ROLL_UPS = {
    "user_days": "select account_id, user_id, least(cast(occurred_at as date), "
    "cast(received_at as date)) as activity_date, cast(received_at as date) as known_date, "
    "count(*) as event_count from conformed.usage_events "
    "where account_id is not null and user_id is not null group by all",
    "feature_days": "select account_id, coalesce(feature, event_name) as feature, "
    "least(cast(occurred_at as date), cast(received_at as date)) as activity_date, "
    "cast(received_at as date) as known_date, count(*) as action_count "
    "from conformed.usage_events where account_id is not null group by all",
}


def main() -> None:
    """Do both, compare, write the seconds."""
    options = _options()
    seconds: dict[str, float] = {}
    with duckdb.connect(str(options.warehouse), read_only=True) as connection:
        connection.execute("set threads = 2; set timezone = 'UTC'")
        started = time.perf_counter()
        for sql in ROLL_UPS.values():
            connection.execute(f"create or replace temp table rolled_up as ({sql})")
        seconds["duckdb_roll_up_seconds"] = time.perf_counter() - started
        started = time.perf_counter()
        events = connection.execute(
            "select account_id, user_id, coalesce(feature, event_name) as feature, occurred_at, "
            "received_at from conformed.usage_events where account_id is not null"
        ).df()
        seconds["pandas_read_seconds"] = time.perf_counter() - started
        started = time.perf_counter()
        user_days, feature_days = rolled_up(events)
        seconds["pandas_roll_up_seconds"] = time.perf_counter() - started
        started = time.perf_counter()
        quantities = usage_of_day(connection, user_days, feature_days, options.day)
        seconds["pandas_day_seconds"] = time.perf_counter() - started
        accounts = _compare_quantities(connection, quantities, options.day)
        started = time.perf_counter()
        scores = scores_of_day(connection, options.day)
        seconds["pandas_score_seconds"] = time.perf_counter() - started
        scored = _compare_scores(connection, scores, options.day)
    found = {name: round(value, 2) for name, value in seconds.items()}
    found |= {"events": len(events), "accounts_equal": accounts, "scores_equal": scored}
    options.out.write_text(json.dumps(found), encoding="utf-8")


def rolled_up(events: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events by account, user and day, and by account, feature and day."""
    received = events["received_at"].dt.normalize()
    happened = events["occurred_at"].dt.normalize()
    days = events.assign(
        known_date=received, activity_date=happened.where(happened < received, received)
    )
    keys = ["activity_date", "known_date"]
    users = days.dropna(subset=["user_id"]).groupby(["account_id", "user_id", *keys], sort=False)
    features = days.groupby(["account_id", "feature", *keys], sort=False)
    return (
        users.size().rename("event_count").reset_index(),
        features.size().rename("action_count").reset_index(),
    )


def usage_of_day(
    connection: duckdb.DuckDBPyConnection,
    user_days: pd.DataFrame,
    feature_days: pd.DataFrame,
    day: date,
) -> pd.DataFrame:
    """Users, key features and key actions in the windows of a day, one row an account."""
    settings = dict(
        connection.execute(
            "select setting_id, cast(setting_value as int) from reference.health_settings "
            "where setting_id like '%usage_window_days'"
        ).fetchall()
    )
    members = connection.execute(
        "select member_account_id, account_id as owner_id "
        "from intermediate.int_health_account_members "
        "where valid_from <= ? and coalesce(? < valid_to, true)", [day, day],
    ).df()  # fmt: skip
    keys = connection.execute("select feature, is_key_feature from reference.key_features").df()
    is_key = dict(zip(keys["feature"], keys["is_key_feature"], strict=True))
    marks = feature_days["feature"].map(is_key).fillna(is_key["*"]).astype(bool)

    def within(rows: pd.DataFrame, window: int) -> pd.DataFrame:
        first = pd.Timestamp(day) - pd.Timedelta(days=window)
        chosen = rows[(rows["activity_date"] > first) & (rows["known_date"] <= pd.Timestamp(day))]
        return chosen.merge(members, left_on="account_id", right_on="member_account_id")

    short, long = settings["usage_window_days"], settings["long_usage_window_days"]
    key_use = within(feature_days[marks], short).groupby("owner_id")
    return pd.DataFrame(
        {
            "active_users": within(user_days, short).groupby("owner_id")["user_id"].nunique(),
            "long_active_users": within(user_days, long).groupby("owner_id")["user_id"].nunique(),
            "key_features": key_use["feature"].nunique(),
            "key_actions": key_use["action_count"].sum(),
        }
    ).fillna(0)


def scores_of_day(connection: duckdb.DuckDBPyConnection, day: date) -> pd.Series:
    """The score of each account from its measures: grade by band, then weigh twice."""
    measures = connection.execute(
        "select account_id, coalesce(segment, 'none') as segment, measure_id, measure_value "
        "from intermediate.int_health_measures where date_day = ?", [day]
    ).df()  # fmt: skip
    in_force = "valid_from <= ? and coalesce(? < valid_to, true)"
    bands = connection.execute(
        "select measure_id, segment, input_id, lower_bound, upper_bound, grade, measure_weight "
        f"from intermediate.int_health_measure_bands where {in_force}", [day, day]
    ).df()  # fmt: skip
    weights = connection.execute(
        "select segment, lifecycle_stage, input_id, weight from intermediate.int_health_weights "
        f"where {in_force}", [day, day]
    ).df()  # fmt: skip
    accounts = connection.execute(
        "select account_id, coalesce(segment, 'none') as segment, lifecycle_stage "
        "from intermediate.int_health_quantities_daily where date_day = ?", [day]
    ).df()  # fmt: skip
    least = dict(
        connection.execute(
            "select setting_id, setting_value from reference.health_settings "
            "where setting_id like '%_min_weight'"
        ).fetchall()
    )
    graded = measures.merge(bands, on=["measure_id", "segment"])
    value = graded["measure_value"].astype(float)
    low, high = graded["lower_bound"].astype(float), graded["upper_bound"].astype(float)
    graded = graded[(low.isna() | (value >= low)) & (high.isna() | (value < high))]
    graded = graded.assign(
        measure_weight=graded["measure_weight"].astype(float),
        weighted=graded["measure_weight"].astype(float) * graded["grade"].astype(float),
    )
    inputs = graded.groupby(["account_id", "input_id"])[["measure_weight", "weighted"]].sum()
    inputs = inputs[inputs["measure_weight"] >= float(least["input_min_weight"]) - 1e-9]
    inputs = inputs.assign(input_grade=inputs["weighted"] / inputs["measure_weight"]).reset_index()
    stages = set(weights["lifecycle_stage"])
    accounts["lifecycle_stage"] = accounts["lifecycle_stage"].where(
        accounts["lifecycle_stage"].isin(stages), "other"
    )
    weighed = accounts.merge(weights, on=["segment", "lifecycle_stage"]).merge(
        inputs, on=["account_id", "input_id"]
    )
    weighed["weight"] = weighed["weight"].astype(float)
    weighed["part"] = weighed["weight"] * weighed["input_grade"]
    sums = weighed.groupby("account_id")[["weight", "part"]].sum()
    sums = sums[sums["weight"] >= float(least["health_min_weight"]) - 1e-9]
    return sums["part"] / sums["weight"]


def _compare_quantities(
    connection: duckdb.DuckDBPyConnection, quantities: pd.DataFrame, day: date
) -> int:
    names = list(quantities.columns)
    theirs = connection.execute(
        f"select account_id, {', '.join(names)} from intermediate.int_health_usage_daily "
        "where date_day = ?", [day]
    ).df().set_index("account_id").astype(float)  # fmt: skip
    ours = quantities.reindex(theirs.index).fillna(0).astype(float)
    different = (ours - theirs).abs().max(axis=1) > 1e-9
    if different.any():
        raise RuntimeError(f"usage differs for {list(theirs.index[different])[:5]}")
    return len(theirs)


def _compare_scores(connection: duckdb.DuckDBPyConnection, scores: pd.Series, day: date) -> int:
    theirs = connection.execute(
        "select distinct account_id, cast(raw_score as double) as raw_score "
        "from intermediate.int_health_input_grades_daily "
        "where date_day = ? and raw_score is not null", [day]
    ).df().set_index("account_id")["raw_score"]  # fmt: skip
    ours = scores.reindex(theirs.index)
    if len(theirs) != len(scores) or ((ours - theirs).abs() > 0.0051).any():
        raise RuntimeError(f"scores differ: {len(scores)} and {len(theirs)} accounts")
    return len(theirs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--day", type=date.fromisoformat, required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
