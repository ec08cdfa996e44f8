"""What the semantic layer answers about renewals is what the marts say."""

from __future__ import annotations

import duckdb
import pytest

from tests.renewals.conftest import MARTS, Build
from tests.renewals.random_company import random_company
from tests.support.compiled_models import CompiledModels
from tests.support.semantic_layer import SemanticLayer, same

RATES = ("renewal_rate_arr", "renewal_rate_logo", "on_time_renewal_rate",
         "on_time_renewal_rate_of_closed", "uplift_rate")  # fmt: skip


@pytest.fixture(scope="module")
def company(build: Build) -> duckdb.DuckDBPyConnection:
    items, tables = random_company(12, 90)
    return build(items, marts=(*MARTS, "fct_playbook_tasks"), **tables)


@pytest.fixture(scope="module")
def layer(company: duckdb.DuckDBPyConnection, compiled: CompiledModels) -> SemanticLayer:
    return SemanticLayer(compiled.semantic_manifest, company)


def agree(said: dict, rows: list[tuple], keys: int) -> None:
    expected = {tuple(str(value)[:10] for value in row[:keys]): row[keys:] for row in rows}
    assert len(expected) > 3
    assert said.keys() == expected.keys()
    for key, values in expected.items():
        assert all(map(same, said[key], values)), (key, said[key], values)


def test_rates_by_quarter_are_those_of_the_report(
    layer: SemanticLayer, company: duckdb.DuckDBPyConnection
) -> None:
    said = layer.answers(("renewals_due", "arr_at_risk", *RATES), ("metric_time__quarter",))
    rows = company.execute(f"""
        select quarter_start_date, due_arr, at_risk_arr, {", ".join(RATES)}
        from marts.rpt_renewals_quarterly
        where slice_type = 'company' and due_logos > 0""").fetchall()
    agree(said, rows, 1)


def test_the_forecast_by_due_quarter_is_that_of_the_last_snapshot(
    layer: SemanticLayer, company: duckdb.DuckDBPyConnection
) -> None:
    said = layer.answers(("renewal_forecast", "renewal_forecast_rate"),
               ("metric_time__month", "forecast_renewal__due_quarter"))  # fmt: skip
    june = {key: values for key, values in said.items() if key[0] == "2026-06-01"}
    rows = company.execute("""
        select date '2026-06-01', due_quarter, sum(forecast_arr),
            cast(sum(forecast_arr) as double) / cast(sum(due_arr) as double)
        from marts.fct_renewal_forecast_daily
        where snapshot_date = date '2026-06-30' group by due_quarter""").fetchall()
    expected = {(str(row[0]), row[1]): row[2:] for row in rows}
    assert june.keys() == expected.keys()
    for key, values in expected.items():
        assert all(map(same, june[key], values)), (key, june[key], values)


def test_accuracy_and_bias_are_those_of_the_report(
    layer: SemanticLayer, company: duckdb.DuckDBPyConnection
) -> None:
    said = layer.answers(("forecast_accuracy", "forecast_bias"), ("metric_time__quarter",))
    rows = company.execute("""
        select date_trunc('quarter', quarter_end_date), forecast_accuracy, forecast_bias
        from marts.rpt_renewal_forecast_accuracy
        where slice_type = 'company' and forecaster = 'expected' and horizon_days = 90
        """).fetchall()
    agree(said, rows, 1)
