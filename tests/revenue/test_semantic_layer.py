"""What the semantic layer answers is what the marts say: for the company and for each segment."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from tests.revenue.warehouses import YEAR_END, Built
from tests.support.compiled_models import CompiledModels
from tests.support.semantic_layer import SemanticLayer, same

MOVEMENTS = ("new_arr", "expansion_arr", "contraction_arr", "churn_arr", "reactivation_arr")
RETENTION = ("nrr", "grr", "logo_retention", "logo_churn", "nrr_movement",
             "nrr_movement_reactivation", "grr_movement")  # fmt: skip


@pytest.fixture(scope="module")
def layer(many_companies: Built, compiled: Callable[..., CompiledModels]) -> SemanticLayer:
    """The semantic layer on the random companies."""
    return SemanticLayer(compiled(YEAR_END).semantic_manifest, many_companies.connection)


def _rows(
    connection: duckdb.DuckDBPyConnection, sql: str, keys: int
) -> dict[tuple[str, ...], tuple]:
    return {
        tuple(str(value) for value in row[:keys]): row[keys:]
        for row in connection.execute(sql).fetchall()
    }


@pytest.mark.parametrize("slice_type", ["company", "segment"])
def test_retention_of_the_semantic_layer_is_that_of_the_report(
    layer: SemanticLayer, many_companies: Built, slice_type: str
) -> None:
    by_segment = slice_type == "segment"
    groups = ("metric_time__month", "account__segment") if by_segment else ("metric_time__month",)
    said = layer.answers(RETENTION, groups)
    expected = _rows(
        many_companies.connection,
        f"""select month_start_date {", slice_value" if by_segment else ""}, {", ".join(RETENTION)}
            from marts.rpt_retention_monthly
            where slice_type = '{slice_type}' and cohort_logos > 0""",
        len(groups),
    )
    assert len(expected) > 12
    assert said.keys() == expected.keys()
    for key, values in expected.items():
        assert all(map(same, said[key], values)), (key, said[key], values)


@pytest.mark.parametrize("slice_type", ["company", "segment"])
def test_arr_and_movements_of_the_semantic_layer_are_those_of_the_marts(
    layer: SemanticLayer, many_companies: Built, slice_type: str
) -> None:
    by_segment = slice_type == "segment"
    groups = ("metric_time__month", "account_month__segment")[: 2 if by_segment else 1]
    said = layer.answers(("arr", *MOVEMENTS, "net_new_arr", "quick_ratio"), groups)
    expected = _rows(
        many_companies.connection,
        f"""select month_start_date {", slice_value" if by_segment else ""},
                {", ".join(MOVEMENTS)}, net_new_arr, quick_ratio
            from marts.rpt_retention_monthly where slice_type = '{slice_type}'""",
        len(groups),
    )
    closing = _rows(
        many_companies.connection,
        f"""select month_start_date {", segment" if by_segment else ""}, sum(closing_arr)
            from marts.fct_arr_movements_monthly group by all""",
        len(groups),
    )
    assert len(said) > 12
    assert said.keys() == closing.keys()
    for key, values in said.items():
        assert same(values[0], closing[key][0]), key
        assert all(map(same, values[1:], expected[key])), (key, values, expected[key])
