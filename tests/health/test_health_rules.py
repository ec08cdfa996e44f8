"""Rules of the score on a hand-made company: the renewal is no input, and no data is no score."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.support.compiled_models import CompiledModels

MARTS = ["fct_account_health_daily", "fct_account_health_inputs_daily"]
DAY = "2026-06-30"


def _account(account_id: str, term_end: str) -> dict[str, dict[str, Any]]:
    """An account with one subscription and a contract that ends on `term_end`."""
    return {
        "crm_accounts": {
            "account_id": account_id, "account_name": account_id, "segment": "smb",
            "lifecycle_stage": "Customer", "renewal_date": term_end, "is_customer": True,
            "created_at": "2024-01-01", "updated_at": "2024-01-01",
        },
        "billing_customers": {
            "billing_customer_id": account_id, "account_id": account_id, "created_at": "2024-01-01",
        },
        "billing_subscriptions": {
            "subscription_id": account_id, "billing_customer_id": account_id, "status": "active",
            "currency": "USD", "started_at": "2024-01-01", "created_at": "2024-01-01",
            "current_term_end": term_end,
        },
        "billing_subscription_items": {
            "subscription_item_id": account_id, "subscription_id": account_id,
            "valid_from": "2024-01-01", "product_id": "platform", "seats": 10, "quantity": 10,
            "unit_amount": 100, "billing_interval": "month", "interval_count": 1,
        },
        "crm_contracts": {
            "contract_id": account_id, "account_id": account_id, "status": "Activated",
            "start_date": "2025-07-01", "end_date": term_end, "arr": 12000, "licensed_seats": 10,
            "updated_at": "2025-07-01",
        },
        "support_organizations": {
            "support_org_id": account_id, "account_id": account_id, "created_at": "2024-01-01",
        },
        "cs_scorecards": {
            "account_id": account_id, "measure_name": "CSM sentiment", "score": 60,
            "scored_at": "2026-06-01",
        },
    }  # fmt: skip


def _events(account_id: str) -> list[dict[str, Any]]:
    """Six users who each used reports on every day of June."""
    return [
        {
            "event_id": f"{account_id}-{user}-{day}", "account_id": account_id,
            "user_id": f"{account_id}-{user}", "event_name": "used", "feature": "reports",
            "occurred_at": f"2026-06-{day:02} 10:00", "received_at": f"2026-06-{day:02} 10:01",
        }
        for user in range(6)
        for day in range(1, 31)
    ]  # fmt: skip


def _company(accounts: Mapping[str, str], with_use: set[str]) -> dict[str, pd.DataFrame]:
    tables: dict[str, list[dict[str, Any]]] = {"usage_events": []}
    for account_id, term_end in accounts.items():
        for table, row in _account(account_id, term_end).items():
            tables.setdefault(table, []).append(row)
        if account_id in with_use:
            tables["usage_events"] += _events(account_id)
    return {name: pd.DataFrame(table) for name, table in tables.items()}


@pytest.fixture(scope="module")
def built(compiled: CompiledModels) -> duckdb.DuckDBPyConnection:
    company = _company(
        {"soon": "2026-07-10", "later": "2026-10-08", "silent": "2026-10-08"}, {"soon", "later"}
    )
    for table in ("support_organizations", "cs_scorecards"):
        company[table] = company[table][company[table]["account_id"] != "silent"]
    return compiled.build(company, MARTS)


def test_the_same_signals_score_the_same_10_and_100_days_before_the_renewal(
    built: duckdb.DuckDBPyConnection,
) -> None:
    def rows(account_id: str) -> list[tuple]:
        return built.execute(
            "select * exclude (account_id) from marts.fct_account_health_inputs_daily "
            f"where account_id = ? and date_day = date '{DAY}' order by input_id, measure_id",
            [account_id],
        ).fetchall()

    assert rows("soon") == rows("later")
    scores = built.execute(
        "select distinct score from marts.fct_account_health_daily "
        f"where account_id in ('soon', 'later') and date_day = date '{DAY}'"
    ).fetchall()
    assert len(scores) == 1
    assert scores[0][0] is not None


def test_an_account_without_data_has_no_score_on_any_day(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        "select distinct status, score, raw_score, band from marts.fct_account_health_daily "
        "where account_id = 'silent'"
    ).fetchall()
    assert found == [("insufficient_data", None, None, None)]


def test_six_of_ten_seats_in_use_are_graded_by_the_band_that_starts_there(
    built: duckdb.DuckDBPyConnection,
) -> None:
    ((value, numerator, denominator, grade),) = built.execute(
        "select measure_value, numerator, denominator, grade "
        "from marts.fct_account_health_inputs_daily where account_id = 'soon' "
        f"and measure_id = 'seat_adoption' and date_day = date '{DAY}'"
    ).fetchall()
    assert (value, numerator, denominator) == (Decimal("0.6"), 6, 10)
    (expected,) = built.execute(
        "select grade from reference.health_measure_bands "
        "where measure_id = 'seat_adoption' and lower_bound = 0.6"
    ).fetchone()
    assert grade == expected


def test_every_edge_of_the_shipped_bands_is_graded_by_its_own_band(
    compiled: CompiledModels, built: duckdb.DuckDBPyConnection
) -> None:
    """Each lower bound gets its band's grade, and a ten-thousandth less that of the band below."""
    sql = compiled.models["int_health_measure_grades"].sql
    built.execute("create schema if not exists edge")
    built.execute(
        """
        create or replace table edge.cases as
        select distinct measure_id, segment, lower_bound as measure_value, grade as expected
        from intermediate.int_health_measure_bands where lower_bound is not null
        union all
        select measure_id, segment, upper_bound - 0.0001, grade
        from intermediate.int_health_measure_bands where upper_bound is not null
        """
    )
    built.execute(
        """
        create or replace table edge.measures as
        select row_number() over () as account_id, nullif(segment, 'none') as segment, measure_id,
            null as input_id, measure_value, null as numerator, null as denominator,
            date '2026-06-30' as date_day, expected
        from edge.cases
        """
    )
    sql = sql.replace('"warehouse"."intermediate"."int_health_measures"', "edge.measures")
    wrong = built.execute(
        f"""
        select measures.measure_id, measures.segment, measures.measure_value, expected, grade
        from edge.measures as measures
        left join ({sql}) as grades using (account_id)
        where grade is distinct from expected
        """
    ).fetchall()
    assert wrong == []
    assert built.execute("select count(*) from edge.cases").fetchone()[0] > 300
