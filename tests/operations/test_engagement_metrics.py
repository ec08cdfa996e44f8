"""What the semantic layer says of engagement, reviews and touch models is what the reports say."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml

from tests.support.compiled_models import DBT_PROJECT, CompiledModels
from tests.support.semantic_layer import SemanticLayer

ENGAGEMENT = {
    "engagement_accounts": "accounts", "meetings_held": "meetings",
    "meetings_per_account": "meetings_per_account", "met_accounts": "met_accounts",
    "met_account_rate": "met_account_rate", "multi_threaded_accounts": "multi_threaded_accounts",
    "multi_threading_rate": "multi_threading_rate",
    "accounts_with_sponsor": "accounts_with_sponsor", "known_sponsor_rate": "known_sponsor_rate",
    "sponsor_covered_accounts": "sponsor_covered_accounts",
    "executive_sponsor_coverage": "executive_sponsor_coverage_rate",
}  # fmt: skip
DIGITAL = {
    "tech_touch_accounts": "tech_touch_accounts",
    "digitally_engaged_accounts": "digitally_engaged_accounts",
    "digital_engagement": "digital_engagement_rate",
}
REVIEWS = {
    "qbr_renewals_due": "due_terms", "qbr_renewals_renewed": "renewed_terms",
    "qbr_renewals_due_arr": "due_arr", "qbr_renewals_retained_arr": "retained_arr",
    "qbr_renewal_rate_logo": "renewed_terms / due_terms",
    "qbr_renewal_rate_arr": "retained_arr / due_arr",
}  # fmt: skip
TOUCH = {
    "logo_retention": ("kept_accounts", "cohort_accounts"), "grr": ("kept_arr", "cohort_arr"),
    "healthy_share": ("healthy_accounts", "scored_accounts"),
    "seats_in_use": ("used_seats", "known_seats"),
}  # fmt: skip
SEGMENTS = ("enterprise", "mid_market", "smb")
JUNE = date(2026, 6, 1)


def _fill(connection: duckdb.DuckDBPyConnection, mart: str, rows: list[dict[str, Any]]) -> None:
    """The mart anew, with the columns of its contract and these rows."""
    twin = DBT_PROJECT / "models" / "marts" / "engagement" / f"{mart}.yml"
    model = yaml.safe_load(twin.read_text(encoding="utf-8"))["models"][0]
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    body = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create or replace table marts.{mart} ({body})")
    connection.register("incoming", pd.DataFrame(rows))
    connection.execute(f"insert into marts.{mart} by name from incoming")


@pytest.fixture(scope="module")
def asked(engaged: duckdb.DuckDBPyConnection, compiled: CompiledModels) -> SemanticLayer:
    """The marts of the made company, and three of random rows that need no company."""
    draw = random.Random(5)
    _fill(engaged, "fct_qbr_renewals", [
        {"contract_id": f"c{n}", "segment": draw.choice(SEGMENTS[:2]), "due_date": JUNE,
         "review_outcome": draw.choice(["on_cadence", "missed"]), "due_arr": n + 1,
         "retained_arr": draw.choice([0, n + 1]), "is_logo": n % 9 > 0,
         "is_renewed": draw.random() < 0.7}
        for n in range(200)
    ])  # fmt: skip
    _fill(engaged, "fct_account_adoption_monthly", [
        {"account_id": f"a{n}", "segment": draw.choice(SEGMENTS), "month_start_date": month,
         "active_users": n, "seats": 2 * n + 1 if n % 5 else None,
         "has_adopted_key_features": draw.choice([True, False])}
        for n in range(40)
        for month in (date(2026, 5, 1), JUNE)
    ])  # fmt: skip
    _fill(engaged, "rpt_touch_model_outcomes", [
        {"slice_type": slice_type, "slice_value": value, "touch_model": "tech",
         "measure_id": measure, "numerator": draw.randrange(50), "month_start_date": month,
         "denominator": draw.randrange(50, 99)}
        for slice_type, value in (("company", "company"), ("segment", "smb"), ("segment", "mid"))
        for measure in TOUCH
        for month in (date(2026, 5, 1), JUNE)
    ])  # fmt: skip
    for name, schema in (("int_qbr_renewal_shares", "intermediate"),
                         ("rpt_qbr_renewal_outcomes", "marts")):  # fmt: skip
        sql = compiled.models[name].sql
        engaged.execute(f"create or replace table {schema}.{name} as ({sql}\n)")
    return SemanticLayer(compiled.semantic_manifest, engaged)


def _same(said: dict[tuple, tuple], expected: dict[tuple, tuple]) -> None:
    assert said.keys() == expected.keys()
    for key, values in said.items():
        for found, shown in zip(values, expected[key], strict=True):
            if shown is None:
                assert found is None, key
            else:
                assert float(found) == pytest.approx(float(shown), abs=1e-3), key


def _by(connection: duckdb.DuckDBPyConnection, sql: str, keys: int) -> dict[tuple, tuple]:
    rows = connection.execute(sql).fetchall()
    return {tuple(str(value) for value in row[:keys]): row[keys:] for row in rows}


def test_engagement_by_month_and_segment_is_that_of_the_reports(
    asked: SemanticLayer,
    engaged: duckdb.DuckDBPyConnection,
) -> None:
    said = asked.answers(
        [*ENGAGEMENT, *DIGITAL], ["metric_time__month", "account_engagement__segment"]
    )
    assert len(said) > 30
    columns = [*(f"e.{name}" for name in ENGAGEMENT.values()),
               "coalesce(d.tech_touch_accounts, 0)", "coalesce(d.digitally_engaged_accounts, 0)",
               "d.digital_engagement_rate"]  # fmt: skip
    expected = _by(
        engaged,
        f"select e.month_start_date, e.slice_value, {', '.join(columns)} "
        "from marts.rpt_engagement_monthly as e left join marts.rpt_digital_engagement as d "
        "using (month_start_date, slice_type, slice_value) where slice_type = 'segment'",
        2,
    )
    _same(said, expected)


def test_renewals_by_review_and_segment_are_those_of_the_report(
    asked: SemanticLayer,
    engaged: duckdb.DuckDBPyConnection,
) -> None:
    said = asked.answers(list(REVIEWS), ["qbr_renewal__review_outcome", "qbr_renewal__segment"])
    expected = _by(
        engaged,
        f"select review_outcome, slice_value, {', '.join(REVIEWS.values())} "
        "from marts.rpt_qbr_renewal_outcomes where slice_type = 'segment'",
        2,
    )
    assert len(said) == 4
    _same(said, expected)


def test_adoption_programmes_and_touch_models_by_month_are_the_sums_of_the_marts(
    asked: SemanticLayer,
    engaged: duckdb.DuckDBPyConnection,
) -> None:
    touch = [
        f"touch_model_{name}"
        for measure, (kept, whole) in TOUCH.items()
        for name in (kept, whole, measure)
    ]
    metrics = ["contracted_seats", "active_seat_users", "adoption_rate", "feature_adoption",
               "programme_messages", "programme_answers", "programme_response_rate"]  # fmt: skip
    said = asked.answers([*metrics, *touch], ["metric_time__month"])
    sums, shown = [], []
    for measure in TOUCH:
        for part in ("numerator", "denominator"):
            name = f"{measure}_{part}"
            sums.append(f"sum({part}) filter (where measure_id = '{measure}') as {name}")
            shown.append(name)
        shown.append(f"{measure}_numerator / {measure}_denominator")
    expected = _by(
        engaged,
        f"with t as (select month_start_date, {', '.join(sums)} "
        "from marts.rpt_touch_model_outcomes where slice_type = 'segment' group by 1), "
        "a as (select month_start_date, sum(seats) as s, count(*) as n, "
        "sum(active_users) filter (where seats > 0) as u, "
        "count(*) filter (where has_adopted_key_features) as f "
        "from marts.fct_account_adoption_monthly group by 1), "
        "m as (select month_start_date, sum(sent_messages) as s, sum(answered_messages) as k "
        "from marts.rpt_digital_programmes_monthly group by 1) "
        "select month_start_date, a.s, a.u, a.u / a.s, f / n, m.s, m.k, m.k / m.s, "
        f"{', '.join(shown)} "
        "from t inner join a using (month_start_date) inner join m using (month_start_date)",
        1,
    )
    assert len(expected) == 2
    _same({key: said[key] for key in expected}, expected)
