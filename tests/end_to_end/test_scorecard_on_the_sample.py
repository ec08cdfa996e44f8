"""On the sample company: the scorecard's figures counted by other code and the semantic layer.

The other code reads the contract tables and the reference lists, never the models between them and
the scorecard.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.end_to_end.commands import csops

# A CSM is on leave in February; desks are closed for holidays in May. Both begin with a week of the
# month before.
MONTHS = ["2026-02", "2026-05"]
REFERENCE = PROJECT / "seeds" / "reference"
ACTIVITIES = {"meeting", "onsite", "training", "call", "update"}


@pytest.fixture(scope="module")
def marts(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    file = (sample_home / "published" / "current.duckdb").resolve(strict=True)
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


@pytest.fixture
def contract(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open for one test only: `csops metrics` opens the same file."""
    file = sample_home / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def seed(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def shown(marts: duckdb.DuckDBPyConnection, month: str, kpi: str) -> tuple[float, float]:
    return marts.execute(
        "select numerator, denominator from marts.rpt_cs_ops_kpis_monthly "
        "where kpi_id = ? and month_start_date = cast(? || '-01' as date)",
        [kpi, month],
    ).fetchall()[0]


def days_of(month: str) -> list[date]:
    """The days of a month and the six before it, as a week of the month may begin there."""
    first = date.fromisoformat(f"{month}-01")
    days = [first + timedelta(days=n) for n in range(-6, 31)]
    return [day for day in days if day < first or str(day)[:7] == month]


def csms(contract: duckdb.DuckDBPyConnection) -> dict[str, tuple[date, date | None, str]]:
    """First day, day of leaving and the region's desk of everybody who is a CSM."""
    roles = {row["role_label"] for row in seed("employee_roles") if row["role_family"] == "csm"}
    regions = {row["label"]: row["region_id"] for row in seed("regions")}
    desks = {row["region"]: row["schedule_id"] for row in seed("support_schedule_regions")}
    rows = contract.execute(
        "select user_id, role, region, start_date, end_date from conformed.hr_employees"
    ).fetchall()
    return {
        user: (start, end, desks[regions[region.lower().replace(" ", "_")]])
        for user, role, region, start, end in rows
        if role.lower().replace(" ", "_") in roles
    }


def working_days(contract: duckdb.DuckDBPyConnection, month: str) -> set[tuple[str, date]]:
    holidays = {(row["schedule_id"], row["holiday_date"]) for row in seed("support_holidays")}
    away = [
        (row["user_id"], row["start_date"], row["end_date"])
        for row in seed("csm_leave")
        if float(row["away_share"]) >= 1
    ]
    return {
        (user, day)
        for user, (start, end, desk) in csms(contract).items()
        for day in days_of(month)
        if start <= day
        and (end is None or day < end)
        and day.isoweekday() < 6
        and (desk, day.isoformat()) not in holidays
        and not any(user == who and since <= str(day) < until for who, since, until in away)
    }


def traces(contract: duckdb.DuckDBPyConnection) -> set[tuple[str, date, str]]:
    """Person, day and kind of each trace, read record by record."""
    found: set[tuple[str, date, str]] = set()

    def add(user: str | None, moment: datetime | None, kind: str) -> None:
        if user and moment:
            found.add((user, moment.date(), kind))

    for user, kind, status, occurred, done, created in contract.execute(
        "select owner_user_id, activity_type, status, occurred_at, completed_at, created_at "
        "from conformed.crm_activities where not coalesce(is_deleted, false)"
    ).fetchall():
        add(user, created, "entry")
        if done or status in (None, "Completed"):
            add(user, done or occurred, kind)
    for user, source, created, closed in contract.execute(
        "select owner_user_id, source, created_at, closed_at from conformed.cs_ctas"
    ).fetchall():
        add(user, created if source == "Manual" else None, "action")
        add(user, closed, "action")
    for table, user, moment, kind in (
        ("cs_playbook_tasks", "owner_user_id", "completed_at", "task"),
        ("cs_health_overrides", "author_user_id", "set_at", "override"),
        ("cs_scorecards", "scored_by_user_id", "scored_at", "scorecard"),
    ):
        for row in contract.execute(f"select {user}, {moment} from conformed.{table}").fetchall():
            add(*row, kind)
    return found


@pytest.mark.parametrize("month", MONTHS)
def test_tool_adoption_is_counted_from_the_records(
    marts: duckdb.DuckDBPyConnection, contract: duckdb.DuckDBPyConnection, month: str
) -> None:
    days = {(user, day) for user, day in working_days(contract, month) if str(day)[:7] == month}
    active = {(user, day) for user, day, _ in traces(contract)} & days
    assert 0 < len(active) < len(days)
    assert shown(marts, month, "tool_adoption") == (len(active), len(days))


@pytest.mark.parametrize("month", MONTHS)
def test_process_adoption_is_counted_from_the_records(
    marts: duckdb.DuckDBPyConnection, contract: duckdb.DuckDBPyConnection, month: str
) -> None:
    """A week belongs to the month of its Sunday."""
    sundays = [day for day in days_of(month) if day.isoweekday() == 7 and str(day)[:7] == month]
    weeks = {
        (user, sunday)
        for user, day in working_days(contract, month)
        for sunday in sundays
        if sunday - timedelta(days=6) <= day <= sunday
    }
    done = {
        (user, sunday)
        for user, day, kind in traces(contract)
        for sunday in sundays
        if kind in ACTIVITIES | {"task"} and sunday - timedelta(days=6) <= day <= sunday
    } & weeks
    assert 0 < len(done) <= len(weeks)
    assert shown(marts, month, "process_adoption") == (len(done), len(weeks))


@pytest.mark.parametrize("month", MONTHS)
def test_time_with_customers_is_counted_from_the_time_sheets(
    marts: duckdb.DuckDBPyConnection, contract: duckdb.DuckDBPyConnection, month: str
) -> None:
    listed = {
        row["category_label"] for row in seed("time_categories")
        if row["is_customer_facing"] == "true"
    }  # fmt: skip
    people = csms(contract)
    logged = [
        (category, hours)
        for user, week, category, hours in contract.execute(
            "select user_id, week_start, category, hours from conformed.hr_time_allocation"
        ).fetchall()
        if user in people and (week + timedelta(days=6)).isoformat()[:7] == month
    ]
    facing = sum(hours for category, hours in logged if category in listed)
    assert shown(marts, month, "csm_customer_time") == (facing, sum(hours for _, hours in logged))


def test_the_semantic_layer_says_what_the_scorecard_says(
    sample_home: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    metrics = [
        "csm_ramp_days", "csm_customer_time", "process_adoption", "tool_adoption",
        "automation_utilization", "data_accuracy_rate", "crm_billing_arr_match",
        "data_freshness_hours",
    ]  # fmt: skip
    file = tmp_path / "answer.csv"
    done = csops(
        sample_home, PROJECT / "sources.yml", "metrics", ",".join(metrics),
        "--by", "metric_time__month", "--csv", str(file),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    said = {
        (row["metric_time__month"][:10], metric): float(row[metric])
        for row in rows
        for metric in metrics
        if row.get(metric) not in (None, "", "nan", "None")
    }
    expected = {
        (str(month), kpi): float(value)
        for month, kpi, value in marts.execute(
            "select month_start_date, kpi_id, kpi_value from marts.rpt_cs_ops_kpis_monthly "
            "where kpi_value is not null and kpi_id in (select unnest(?))",
            [metrics],
        ).fetchall()
    }
    assert len(expected) > 150
    for place, value in expected.items():
        assert said[place] == pytest.approx(value, abs=2e-6), place
    months = {month for month, _ in expected}
    assert {place for place in said if place[0] in months} == set(expected)


def test_the_semantic_layer_cuts_by_team_as_the_marts_do(
    sample_home: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "answer.csv"
    done = csops(
        sample_home, PROJECT / "sources.yml", "metrics", "tool_adoption",
        "--by", "metric_time__month,csm_day__team", "--csv", str(file),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with file.open(encoding="utf-8", newline="") as lines:
        said = {(row[0][:10], row[1]): float(row[2]) for row in list(csv.reader(lines))[1:]}
    expected = {
        (str(month), team): rate
        for month, team, rate in marts.execute(
            "select date_trunc('month', date_day)::date, team, avg(is_active::int) "
            "from marts.fct_csm_activity_daily group by all"
        ).fetchall()
    }
    assert len(expected) > 80
    assert said == pytest.approx(expected)


def test_the_supported_stage_has_all_markers_and_the_next_one_lacks_some(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    rows = marts.execute(
        "select stage_rank, status, is_stage_supported, is_supported_stage, is_missing_for_next "
        "from marts.rpt_cs_ops_maturity"
    ).fetchall()
    (supported,) = {rank for rank, *_, is_highest, _ in rows if is_highest}
    assert all(status == "met" for rank, status, *_ in rows if rank <= supported)
    assert all(is_supported == (rank <= supported) for rank, _, is_supported, *_ in rows)
    missing = {rank for rank, status, *_, is_missing in rows if is_missing and status != "met"}
    assert missing == ({supported + 1} if supported < max(rank for rank, *_ in rows) else set())
