"""The metrics dictionary answers for health what four accounts on paper say."""

from __future__ import annotations

import duckdb
import pytest

from tests.support.compiled_models import CompiledModels
from tests.support.semantic_layer import SemanticLayer

MAY, JUNE = "2026-05-01", "2026-06-01"
# account, segment, band, score, ARR, overridden: in May two accounts, in June four
ROWS = [
    ("a", "smb", "green", 80, 100, False, MAY, "2026-05-31"),
    ("b", "smb", "red", 30, 900, False, MAY, "2026-05-31"),
    ("a", "smb", "green", 90, 100, False, JUNE, "2026-06-30"),
    ("b", "smb", "red", 20, 800, True, JUNE, "2026-06-30"),
    ("c", "enterprise", "red", 25, 50, False, JUNE, "2026-06-30"),
    ("d", "enterprise", None, None, 7, False, JUNE, "2026-06-30"),
]
REPORT = [
    ("recall", "score", "all", "all", 90, 0.75), ("recall", "score", "all", "all", 60, 0.99),
    ("recall", "score", "segment", "smb", 90, 0.98), ("precision", "score", "all", "all", 90, None),
    ("auc", "score", "all", "all", 90, 0.71), ("brier", "score", "all", "all", 90, 0.18),
    ("brier", "churn_risk", "all", "all", 90, 0.11), ("auc", "usage", "all", "all", 90, 0.97),
]  # fmt: skip


@pytest.fixture(scope="module")
def layer(compiled: CompiledModels) -> SemanticLayer:
    """The semantic layer on the rows above."""
    connection = duckdb.connect()
    connection.execute("create schema marts")
    connection.execute(
        "create table marts.fct_account_health_monthly (account_id text, segment text, "
        "band text, score decimal(7, 2), arr decimal(18, 2), is_overridden boolean, "
        "month_start_date date, date_day date)"
    )
    connection.executemany(
        "insert into marts.fct_account_health_monthly values (?, ?, ?, ?, ?, ?, ?, ?)", ROWS
    )
    connection.execute(
        "create table marts.rpt_health_validation (metric_id text, predictor_id text, "
        "slice_type text, slice text, horizon_days int, metric_value decimal(12, 6), "
        "as_of_date date default date '2026-06-30')"
    )
    connection.executemany(
        "insert into marts.rpt_health_validation by name (select ? as metric_id, "
        "? as predictor_id, ? as slice_type, ? as slice, ? as horizon_days, "
        "? as metric_value)",
        REPORT,
    )
    return SemanticLayer(compiled.semantic_manifest, connection)


def test_scores_coverage_and_overrides_by_month_come_from_sums(layer: SemanticLayer) -> None:
    found = layer.answers(
        ["health_accounts", "health_arr", "health_score", "health_coverage",
         "health_override_share"],
        ["metric_time__month"],
    )  # fmt: skip
    assert found == {
        (MAY,): (2, 1000, 55, 1, 0),
        # 90 + 20 + 25 over the three that have a score; three of four have one
        (JUNE,): (4, 957, 45, 0.75, 0.25),
    }


def test_accounts_and_arr_by_band_are_those_of_the_newest_month(layer: SemanticLayer) -> None:
    found = layer.answers(["health_accounts", "health_arr"], ["account_health__band"])
    assert found == {("green",): (1, 100), ("red",): (2, 850), (None,): (1, 7)}


def test_recall_precision_and_auc_are_the_reports_own_figures(layer: SemanticLayer) -> None:
    found = layer.answers(
        ["health_recall_90d", "health_precision_90d", "health_auc_90d", "health_brier"],
        ["metric_time__day"],
    )
    assert {key: [value and float(value) for value in row] for key, row in found.items()} == {
        ("2026-06-30",): [0.75, None, 0.71, 0.18]
    }
