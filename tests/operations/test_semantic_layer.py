"""What the semantic layer says of tickets, escalations and reviews is what the reports say."""

from __future__ import annotations

import duckdb
import pytest

from tests.support.compiled_models import CompiledModels
from tests.support.semantic_layer import SemanticLayer

SUPPORT = {
    "created_tickets": "created_tickets", "first_response_rate": "first_response_rate",
    "first_response_business_rate": "first_response_business_rate",
    "first_response_hours": "first_response_hours_median",
    "first_response_hours_p90": "first_response_hours_p90", "reopened_rate": "reopened_rate",
    "resolved_tickets": "resolved_tickets", "rated_tickets": "rated_tickets",
    "resolution_hours": "resolution_hours_median", "csat": "csat_rate",
}  # fmt: skip
ESCALATIONS = {
    "opened_escalations": "opened_escalations", "escalation_sla_rate": "escalation_sla_rate",
    "resolved_escalations": "resolved_escalations",
    "escalation_resolution_hours": "resolution_hours_median",
}  # fmt: skip
REVIEWS = {
    "eligible_qbrs": "eligible_reviews", "on_cadence_qbrs": "reviews_on_cadence",
    "qbr_completion_rate": "qbr_completion_rate",
}  # fmt: skip


@pytest.fixture(scope="module")
def layer(company: duckdb.DuckDBPyConnection, compiled: CompiledModels) -> SemanticLayer:
    return SemanticLayer(compiled.semantic_manifest, company)


@pytest.mark.parametrize(
    ("report", "metrics", "entity", "period"),
    [
        ("rpt_support_monthly", SUPPORT, "ticket", "month"),
        ("rpt_escalations_monthly", ESCALATIONS, "escalation", "month"),
        ("rpt_qbr_completion", REVIEWS, "qbr_period", "quarter"),
    ],
)
def test_answers_by_period_and_segment_are_those_of_the_report(
    layer: SemanticLayer,
    company: duckdb.DuckDBPyConnection,
    report: str,
    metrics: dict[str, str],
    entity: str,
    period: str,
) -> None:
    said = layer.answers(list(metrics), [f"metric_time__{period}", f"{entity}__segment"])
    expected = {
        (str(row[0]), row[1]): row[2:]
        for row in company.execute(
            f"select {period}_start_date, slice_value, {', '.join(metrics.values())} "
            f"from marts.{report} where slice_type = 'segment'"
        ).fetchall()
    }
    undated = [said.pop(key) for key in list(said) if not key[0]]
    assert all(not value for values in undated for value in values)
    assert len(said) > 10
    assert said.keys() <= expected.keys()
    for key, values in said.items():
        for metric, found, shown in zip(metrics, values, expected[key], strict=True):
            if shown in (None, 0):
                assert not found, (key, metric)
            else:
                assert float(found) == pytest.approx(float(shown), abs=1e-3), (key, metric)
    silent = [values for key, values in expected.items() if key not in said]
    assert all(not any(values) for values in silent)
