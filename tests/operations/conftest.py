"""The marts of support, escalations and onboarding on a made company at the end of June 2026."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd
import pytest

from tests.conftest import Compile
from tests.operations.made_company import made_company
from tests.operations.made_dealings import made_dealings
from tests.operations.made_expansion import made_expansion
from tests.support.compiled_models import CompiledModels

LAST_DAY = date(2026, 6, 30)
MARTS = ("rpt_support_monthly", "fct_ticket_spikes", "rpt_escalations_monthly",
         "rpt_time_to_value", "rpt_onboarding_monthly", "rpt_qbr_completion",
         "rpt_expansion_coverage", "fct_cs_qualified_leads")  # fmt: skip

ENGAGEMENT = ("rpt_engagement_monthly", "rpt_digital_engagement", "rpt_digital_programmes_monthly")


@pytest.fixture(scope="session")
def compiled(compiled_for: Compile) -> CompiledModels:
    return compiled_for(LAST_DAY)


@pytest.fixture(scope="session")
def made() -> dict[str, pd.DataFrame]:
    """The company's contract tables."""
    return made_company()


@pytest.fixture(scope="session")
def expanding() -> dict[str, pd.DataFrame]:
    """Its contract tables of expansion, beside the others."""
    return made_expansion()


@pytest.fixture(scope="session")
def company(
    compiled: CompiledModels,
    made: dict[str, pd.DataFrame],
    expanding: dict[str, pd.DataFrame],
) -> duckdb.DuckDBPyConnection:
    """A warehouse with the marts of what comes after the sale."""
    deals = pd.concat([made["crm_opportunities"], expanding["crm_opportunities"]])
    return compiled.build({**made, **expanding, "crm_opportunities": deals}, MARTS)


@pytest.fixture(scope="session")
def dealings(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The company's contract tables with contacts, meetings, programmes and two CSMs."""
    accounts = sorted(made["crm_accounts"]["account_id"])
    return made | {name: pd.DataFrame(rows) for name, rows in made_dealings(accounts).items()}


@pytest.fixture(scope="session")
def engaged(
    compiled: CompiledModels, dealings: dict[str, pd.DataFrame]
) -> duckdb.DuckDBPyConnection:
    """A warehouse with the marts of engagement."""
    return compiled.build(dealings, ENGAGEMENT)
