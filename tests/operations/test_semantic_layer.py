"""What the semantic layer says of what comes after the sale is what the reports say."""

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
EXPANSION = {
    "expansion_pipeline": "open_pipeline_arr", "expansion_target": "target_arr",
    "expansion_pipeline_coverage": "expansion_pipeline_coverage",
    "expansion_pipeline_from_cs": "cs_sourced_pipeline_arr", "expansion_won": "won_arr",
    "expansion_booked": "expansion_arr", "expansion_signals_standing": "open_signals",
    "expansion_target_attainment": "target_attainment_rate",
}  # fmt: skip
# by the mart's own column, over all of the company
COUNTED = {
    "expansion_signals_begun": ("fct_expansion_signals", "began_date", "count(*)"),
    "expansion_signals_open": ("fct_expansion_signals", "began_date", "count_if(is_open)"),
    "csqls": ("fct_cs_qualified_leads", "qualified_date", "count_if(is_qualified)"),
    "csqls_accepted": ("fct_cs_qualified_leads", "qualified_date", "count_if(is_accepted_in_time)"),
    "csql_acceptance_rate": ("fct_cs_qualified_leads", "qualified_date",
        "count_if(is_accepted_in_time) / nullif(count_if(is_acceptance_due), 0)"),
    "csql_win_rate": ("fct_cs_qualified_leads", "qualified_date",
        "count_if(outcome = 'won') / nullif(count_if(outcome <> 'open'), 0)"),
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
        ("rpt_expansion_coverage", EXPANSION, "expansion_month", "quarter"),
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
    of_both = report == "rpt_expansion_coverage"
    first_day = "period_start_date" if of_both else f"{period}_start_date"
    said = layer.answers(list(metrics), [f"metric_time__{period}", f"{entity}__segment"])
    expected = {
        (str(row[0]), row[1]): row[2:]
        for row in company.execute(
            f"select {first_day}, slice_value, {', '.join(metrics.values())} from marts.{report} "
            "where slice_type = 'segment'" + (f" and period_type = '{period}'" if of_both else "")
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


def test_signals_and_leads_are_counted_as_in_their_marts(
    layer: SemanticLayer, company: duckdb.DuckDBPyConnection
) -> None:
    said = layer.answers(list(COUNTED), ["metric_time__quarter"])
    for place, (metric, (mart, day, counted)) in enumerate(COUNTED.items()):
        expected = dict(
            company.execute(
                f"select cast(date_trunc('quarter', {day}) as varchar)[:10], {counted} "
                f"from marts.{mart} where {day} is not null group by 1"
            ).fetchall()
        )
        assert any(expected.values())
        for (quarter,), values in said.items():
            if not quarter:
                continue
            shown = expected.get(quarter)
            if shown is None:
                assert not values[place], (quarter, metric)
            else:
                assert float(values[place]) == pytest.approx(shown), (quarter, metric)
        assert set(expected) <= {quarter for (quarter,) in said}
