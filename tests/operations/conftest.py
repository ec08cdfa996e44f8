"""The marts of support, escalations and onboarding on a made company at the end of June 2026."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd
import pytest

from tests.conftest import Compile
from tests.operations.made_company import made_company
from tests.support.compiled_models import CompiledModels

LAST_DAY = date(2026, 6, 30)
MARTS = ("rpt_support_monthly", "fct_ticket_spikes", "rpt_escalations_monthly",
         "rpt_time_to_value", "rpt_onboarding_monthly", "rpt_qbr_completion")  # fmt: skip


@pytest.fixture(scope="session")
def compiled(compiled_for: Compile) -> CompiledModels:
    return compiled_for(LAST_DAY)


@pytest.fixture(scope="session")
def made() -> dict[str, pd.DataFrame]:
    """The company's contract tables."""
    return made_company()


@pytest.fixture(scope="session")
def company(compiled: CompiledModels, made: dict[str, pd.DataFrame]) -> duckdb.DuckDBPyConnection:
    """A warehouse with the marts of what comes after the sale."""
    return compiled.build(made, MARTS)
