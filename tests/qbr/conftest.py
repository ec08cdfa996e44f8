"""A published home of five accounts, written by hand: one that is known well, and odd ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.publication.versions import Manifest, point_to, versions_folder
from tests.support.compiled_models import DBT_PROJECT

DAY = date(2026, 6, 30)
VERSION = "marts_2026-06-30_test"
HOSTILE = '<script>alert(1)</script> & #panic("x") *bold* $x$'
MARTS = (
    "dim_accounts", "dim_csms", "fct_renewals", "fct_onboarding", "fct_account_adoption_monthly",
    "fct_tickets", "fct_account_engagement_monthly", "fct_qbr_periods", "fct_success_plans",
    "fct_playbook_tasks", "fct_renewal_warnings", "fct_account_health_daily",
    "fct_account_health_changes",
)  # fmt: skip


def _months() -> list[date]:
    return [date(2025 + (n > 11), n % 12 + 1, 1) for n in range(6, 18)]


def _adoption(account: str, month: date, users: int, **more: Any) -> dict[str, Any]:
    last = DAY if month.month == 6 and month.year == 2026 else month
    return {
        "account_id": account, "segment": "mid_market", "active_users": users, "seats": 40,
        "adoption_rate": users / 40, "month_start_date": month, "date_day": last, **more,
    }  # fmt: skip


def _ticket(number: int, created: date, hours: float, good: bool | None) -> dict[str, Any]:
    return {
        "ticket_id": f"t{number}", "account_id": "A1", "created_date": created,
        "created_at": created, "first_replied_at": created, "first_response_hours": hours,
        "is_response_due": True, "is_response_on_time": hours <= 4, "is_open": number == 4,
        "is_rated": good is not None, "is_rated_good": bool(good),
        "rated_date": created if good is not None else None,
    }  # fmt: skip


ROWS: dict[str, list[dict[str, Any]]] = {
    "dim_accounts": [
        {"account_id": "A1", "surviving_account_id": "A1", "csm_user_id": "u1",
         "account_name": "Acme Steel", "segment": "mid_market", "region": "emea", "arr": 48000,
         "reporting_currency": "USD", "is_customer": True, "is_evergreen": False,
         "is_deleted": False, "first_customer_date": date(2024, 9, 13)},
        {"account_id": "A2", "surviving_account_id": "A1", "account_name": "Acme Iron",
         "is_deleted": False, "is_customer": False},
        {"account_id": "A3", "surviving_account_id": "A3", "account_name": HOSTILE,
         "is_deleted": False, "is_customer": True, "arr": 10, "reporting_currency": "USD"},
        {"account_id": "A4", "surviving_account_id": "A4", "account_name": "Blank Bricks",
         "is_deleted": False, "is_customer": True, "reporting_currency": "USD"},
        {"account_id": "A5", "surviving_account_id": "A5", "account_name": "Blank Boards",
         "is_deleted": False, "is_customer": True, "reporting_currency": "USD"},
    ],
    "dim_csms": [{"csm_user_id": "u1", "csm_name": "Ann Ode <ann@example.com>"}],
    "fct_renewals": [
        {"contract_id": "c0", "account_id": "A1", "outcome": "renewed", "is_coterm_stub": False,
         "due_arr": 1, "due_date": date(2025, 9, 13)},
        {"contract_id": "c1", "account_id": "A1", "outcome": "pending", "is_coterm_stub": False,
         "due_arr": 45000, "is_auto_renewing": True, "due_date": date(2026, 9, 13),
         "notice_deadline_date": date(2026, 7, 15)},
    ],
    "fct_onboarding": [
        {"account_id": "A1", "milestones": 4, "reached_milestones": 3, "days_to_first_value": 41,
         "first_value_date": date(2024, 10, 20), "closed_won_date": date(2024, 9, 9)},
    ],
    "fct_account_adoption_monthly": [
        _adoption("A1", month, 20 + n, key_features_used=5, peer_accounts=21,
                  adoption_percentile=0.65, peer_adoption_low=0.4, peer_adoption_median=0.55,
                  peer_adoption_high=0.8)
        for n, month in enumerate(_months())
    ],
    "fct_tickets": [
        _ticket(1, date(2025, 6, 30), 100, False),
        _ticket(2, date(2025, 7, 1), 2, True),
        _ticket(3, date(2026, 6, 1), 3, False),
        _ticket(4, date(2026, 6, 30), 10, None),
    ],
    "fct_account_engagement_monthly": [
        {"account_id": "A1", "month_start_date": date(2026, 6, 1), "window_meeting_count": 7,
         "engaged_contact_count": 3, "executive_sponsor_known": True, "is_window_complete": True,
         "last_meeting_date": date(2026, 6, 24),
         "last_executive_meeting_date": date(2026, 2, 3)},
    ],
    "fct_qbr_periods": [
        {"account_id": "A1", "period_end_date": date(2025, 12, 31), "is_eligible": True,
         "is_on_cadence": True, "held_date": date(2025, 12, 2)},
        {"account_id": "A1", "period_end_date": date(2026, 6, 30), "is_eligible": True,
         "is_on_cadence": False, "held_date": None},
    ],
    "fct_success_plans": [
        {"success_plan_id": "s1", "account_id": "A1", "plan_name": "Ask bob@customer.example",
         "objective_count": 4, "reached_objective_count": 1, "is_open": True, "is_overdue": False,
         "due_date": date(2026, 9, 1)},
        {"success_plan_id": "s2", "account_id": "A1", "plan_name": "Rollout",
         "objective_count": 3, "reached_objective_count": 2, "is_open": False, "is_overdue": False,
         "closed_date": date(2026, 1, 5)},
    ],
    "fct_playbook_tasks": [
        {"task_id": "k1", "account_id": "A1", "step_name": "Send the proposal", "status": "overdue",
         "due_date": date(2026, 6, 15)},
        {"task_id": "k2", "account_id": "A1", "step_name": "Done thing", "status": "done",
         "due_date": date(2026, 6, 1)},
    ],
    "fct_renewal_warnings": [
        {"contract_id": "c1", "account_id": "A1", "warning": "champion_gone",
         "began_date": date(2026, 5, 2)},
    ],
    "fct_account_health_daily": [
        {"account_id": "A1", "score": 57.4, "band": "yellow", "status": "scored", "date_day": DAY},
    ],
    "fct_account_health_changes": [
        {"account_id": "A1", "reason_1": "Active users fell from 35 to 31 in 30 days",
         "comparison_days": 30, "score_change": -4, "date_day": DAY},
    ],
}  # fmt: skip


def _fill(connection: duckdb.DuckDBPyConnection, mart: str) -> None:
    """The mart with the columns of its contract and the rows above."""
    twin = next((DBT_PROJECT / "models" / "marts").rglob(f"{mart}.yml"))
    model = yaml.safe_load(twin.read_text(encoding="utf-8"))["models"][0]
    columns = {column["name"]: column["data_type"] for column in model["columns"]}
    body = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create table marts.{mart} ({body})")
    for row in ROWS.get(mart, []):
        assert row.keys() <= columns.keys(), row.keys() - columns.keys()
        places = ", ".join("?" for _ in row)
        connection.execute(
            f"insert into marts.{mart} ({', '.join(row)}) values ({places})", list(row.values())
        )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("qbr_home")
    published = home / "published"
    folder = versions_folder(published) / VERSION
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        for mart in MARTS:
            _fill(connection, mart)
    manifest = Manifest(VERSION, DAY, "b", "2026-07-01T00:00:00Z", {})
    (folder / "manifest.json").write_text(manifest.as_text(), encoding="utf-8")
    point_to(published, VERSION)
    return home
