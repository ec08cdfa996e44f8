"""Compiled models for a few days and options, and many random companies built with each at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from tests.conftest import Compile
from tests.independent.inputs import Options
from tests.independent.ledger import read_ledger
from tests.revenue.reference import with_reference_names
from tests.revenue.warehouses import BUILT, IN_EUROS, MID_MONTH, YEAR_END, Built, put_together
from tests.support.compiled_models import CompiledModels

Builder = Callable[..., Built]


@pytest.fixture(scope="session")
def compiled(compiled_for: Compile) -> Callable[..., CompiledModels]:
    """The project's SQL for a day and options."""

    def compile_for(as_of: date, grace_days: int = 90, currency: str = "USD") -> CompiledModels:
        return compiled_for(as_of, late_renewal_grace_days=grace_days, reporting_currency=currency)

    return compile_for


@pytest.fixture(scope="session")
def build(compiled: Callable[..., CompiledModels]) -> Builder:
    """Contract tables to marts and ledger, for a day and options."""

    def built(
        tables: dict[str, pd.DataFrame], as_of: date, options: Options | None = None
    ) -> Built:
        options = options or Options()
        models = compiled(as_of, options.late_renewal_grace_days, options.reporting_currency)
        ledger = read_ledger(with_reference_names(tables), as_of, options)
        return Built(tables, models.build(tables, BUILT), ledger)

    return built


@pytest.fixture(scope="session")
def many_companies(build: Builder) -> Built:
    """Four hundred random companies at the end of a year, in dollars, with ninety days of grace."""
    return build(put_together(range(400)), YEAR_END)


@pytest.fixture(scope="session")
def more_companies(build: Builder) -> Built:
    """A hundred and fifty others in the middle of a month, in euros, with thirty days of grace."""
    return build(put_together(range(400, 550)), MID_MONTH, IN_EUROS)
