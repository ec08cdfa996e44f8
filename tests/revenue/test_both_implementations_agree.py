"""SQL and a second implementation, written from the words alone, give the same rows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings

from tests.independent.company import Company
from tests.independent.histories import companies
from tests.independent.intervals import recognised_months
from tests.revenue.answers import MARTS, disagreements, keyed, mart, rows_of
from tests.revenue.conftest import Builder
from tests.revenue.warehouses import YEAR_END, Built


@pytest.mark.parametrize("name", MARTS)
def test_four_hundred_random_companies_have_the_same_rows(many_companies: Built, name: str) -> None:
    assert disagreements(many_companies.connection, many_companies.ledger, name)[:5] == []


@pytest.mark.parametrize("name", MARTS)
def test_companies_in_another_currency_on_another_day_have_the_same_rows(
    more_companies: Built, name: str
) -> None:
    assert disagreements(more_companies.connection, more_companies.ledger, name)[:5] == []


def test_the_random_companies_reach_every_label_source_rate_and_reason(
    many_companies: Built,
) -> None:
    rows = list(mart(many_companies.connection, "fct_arr_movements_monthly").values())
    labels = Counter(row["movement"] for row in rows)
    assert set(labels) == {"none", "new", "expansion", "contraction", "churn", "reactivation"}
    assert min(labels.values()) > 50
    assert {row["arr_source"] for row in rows} == {"billing", "invoice", "crm"}
    assert {row["spot_rate_status"] for row in rows} == {"exact", "last_known", "missing"}
    assert sum(row["is_late_renewal"] for row in rows) > 50
    assert sum(row["churn_reason"] is not None for row in rows) > 20
    for part in ("seats_arr", "price_arr", "plan_arr", "product_arr"):
        assert sum(row[part] != 0 for row in rows) > 20, part
    parents = mart(many_companies.connection, "fct_arr_parent_movements_monthly").values()
    assert sum(row["transfer_arr"] != 0 for row in parents) > 20


def test_an_invoice_is_spread_over_the_same_months(many_companies: Built) -> None:
    key = ("invoice_line_id", "month_start_date")
    months = "select invoice_line_id, month_start_date, net_amount as amount from "
    ours = rows_of(many_companies.connection, f"{months} intermediate.int_invoice_line_months")
    theirs = recognised_months(many_companies.tables)
    assert len(theirs) > 500
    assert keyed(ours, key) == keyed(theirs, key)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large,
                           HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(company=companies())
def test_any_company_has_the_same_rows(build: Builder, company: Company) -> None:
    built = build(company.tables, YEAR_END)
    for name in MARTS:
        assert disagreements(built.connection, built.ledger, name) == []
    built.connection.close()
