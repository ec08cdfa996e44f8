"""Whatever is pasted into SQL by dbt is typed and known before dbt sees it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from orchestration.dbt_variables import DbtVariableError, DbtVariables
from orchestration.settings import PROJECT

DAY = date(2026, 6, 30)
PAYLOADS = [
    "1); create table pwned as (select 1",
    "salesforce'; drop schema marts; --",
    "USD' or '1'='1",
    "{{ run_query('drop schema marts') }}",
    "../../etc/passwd",
    "salesforce\n",
    "SALESFORCE",
    "sаlesforce",  # a Cyrillic letter
    "",
    "usd",
    "2026-06-30",
    "‮DSU",
    "USD\x00",
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize(
    "name", ["systems", "mapped_tables", "reporting_currency", "late_renewal_grace_days"]
)
def test_no_payload_reaches_dbt_through(name: str, payload: str) -> None:
    values: dict[str, Any] = {"as_of_date": DAY, "systems": ("salesforce",)}
    values[name] = (payload,) if name in ("systems", "mapped_tables") else payload
    with pytest.raises(DbtVariableError, match=name):
        DbtVariables(**values).checked(PROJECT)


@pytest.mark.parametrize("payload", [*PAYLOADS, datetime(2026, 6, 30, tzinfo=UTC), None, 20260630])
def test_the_day_is_a_day_and_nothing_else(payload: Any) -> None:
    with pytest.raises(DbtVariableError, match="as_of_date"):
        DbtVariables(payload, ("salesforce",))


@pytest.mark.parametrize("days", [-1, 3661, True, 1.5, "90"])
def test_a_grace_period_is_a_whole_number_of_days(days: Any) -> None:
    with pytest.raises(DbtVariableError, match="whole number of days"):
        DbtVariables(DAY, (), late_renewal_grace_days=days)


def test_known_values_become_the_text_that_dbt_gets() -> None:
    variables = DbtVariables(DAY, ("salesforce", "stripe"), ("crm_accounts",), "EUR", 30)
    assert json.loads(variables.checked(PROJECT).as_json()) == {
        "as_of_date": "2026-06-30",
        "systems": ["salesforce", "stripe"],
        "mapped_tables": ["crm_accounts"],
        "reporting_currency": "EUR",
        "late_renewal_grace_days": 30,
    }


def test_parsing_is_for_no_day_in_particular() -> None:
    one = DbtVariables(DAY, ("salesforce",)).for_parsing()
    other = DbtVariables(date(2024, 2, 29), ("salesforce",)).for_parsing()
    assert one == other
