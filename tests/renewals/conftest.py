"""The renewal marts as plain SQL on hand-written companies, on the last day of June 2026."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pytest

from tests.conftest import Compile
from tests.independent.company import at, billed_company
from tests.support.compiled_models import CompiledModels

LAST_DAY = date(2026, 6, 30)
MARTS = ("fct_renewals", "rpt_renewals_quarterly", "rpt_renewals_unmatched",
         "rpt_renewal_forecast_accuracy")  # fmt: skip
Build = Callable[..., duckdb.DuckDBPyConnection]


@pytest.fixture(scope="session")
def compiled(compiled_for: Compile) -> CompiledModels:
    return compiled_for(LAST_DAY)


@pytest.fixture(scope="session")
def build(compiled: CompiledModels) -> Build:
    """Items, contracts and opportunities to a warehouse with the renewal marts.

    `notices`: the day on which a subscription was cancelled, by its id.
    """

    def built(
        items: Sequence[dict[str, Any]],
        marts: Sequence[str] = MARTS,
        notices: Mapping[str, date] | None = None,
        **records: Any,
    ) -> duckdb.DuckDBPyConnection:
        tables = billed_company(items, **records)
        subscriptions = tables["billing_subscriptions"]
        for subscription, notice in (notices or {}).items():
            of_it = subscriptions["subscription_id"] == subscription
            subscriptions.loc[of_it, "canceled_at"] = at(notice)
        return compiled.build(tables, marts)

    return built
