"""On the sample company: books hold all ARR, the plan starts from them, proposed moves are allowed.

The moves are checked against the reference lists and the roster, not against the models' options.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.end_to_end.commands import csops

AS_OF = date(2026, 6, 30)
REFERENCE = PROJECT / "seeds" / "reference"


@pytest.fixture(scope="module")
def marts(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    file = (sample_home / "published" / "current.duckdb").resolve(strict=True)
    with duckdb.connect(str(file), read_only=True) as connection:
        yield connection


def seed(name: str) -> list[dict[str, str]]:
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def key(label: str | None) -> str:
    return (label or "").strip().lower().replace(" ", "_").replace("-", "_")


def test_the_books_of_every_day_are_all_arr_of_the_ledger(sample_home: Path) -> None:
    """Each day; late renewals and mergers included, because both sides are as recorded."""
    file = sample_home / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as warehouse:
        days, different, accounts_today = warehouse.execute(
            """
            with books as (
                select date_day, sum(arr) as arr, sum(accounts) as accounts
                from marts.fct_csm_book_daily group by date_day
            ), ledger as (
                select date_day, sum(recorded_arr) as arr, count(*) as accounts
                from marts.dim_dates join intermediate.int_account_arr_intervals
                on recorded_arr > 0 and valid_from <= date_day
                    and coalesce(valid_to > date_day, true)
                where date_day between (select min(date_day) from books) and date '2026-06-30'
                group by date_day
            )
            select count(*), count(*) filter (where books.arr is distinct from ledger.arr),
                bool_and(books.accounts = ledger.accounts)
                    filter (where date_day = date '2026-06-30')
            from books full join ledger using (date_day)
            """
        ).fetchall()[0]
    assert days > 900
    assert (different, accounts_today) == (0, True)


def test_the_unowned_accounts_are_a_line_of_their_own(marts: duckdb.DuckDBPyConnection) -> None:
    unowned, owned_without_csm = marts.execute(
        "select count(*) filter (where book_id = '(unowned)'), "
        "count(*) filter (where csm_user_id is null and book_id <> '(unowned)') "
        "from marts.fct_csm_book_daily"
    ).fetchall()[0]
    assert unowned > 0
    assert owned_without_csm == 0


def test_each_scenario_starts_from_the_books_and_lasts_18_months(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    customers = marts.execute("select count(*) from marts.dim_accounts where arr > 0").fetchall()
    staff = marts.execute(
        "select sum(fte) from marts.dim_csms where is_in_roster and is_active and role like '%CSM%'"
    ).fetchall()
    plans = marts.execute(
        "select scenario, sum(customers) filter (where plan_month_number = 1), "
        "sum(csms_on_staff) filter (where plan_month_number = 1), max(plan_month_number) "
        "from marts.rpt_capacity_plan_monthly group by scenario order by scenario"
    ).fetchall()
    assert [row[0] for row in plans] == ["base", "growth", "hiring_freeze"]
    assert {row[1:] for row in plans} == {(customers[0][0], staff[0][0], 18)}


def test_every_proposed_move_respects_segment_region_language_and_dont_move_rows(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    segment_of_team = {row["team_label"]: row["segment"] for row in seed("csm_teams")}
    regions = {row["label"]: row["region_id"] for row in seed("regions")}
    covers = {
        (r["segment"], r["csm_region"], r["account_region"]) for r in seed("csm_region_coverage")
    }
    needs = {row["country_label"]: row["language"] for row in seed("account_languages")}
    speaks = {(row["user_id"], row["language"]) for row in seed("csm_languages")}
    frozen = {
        row["account_id"]
        for row in seed("book_move_freezes")
        if date.fromisoformat(row["valid_from"]) <= AS_OF
        and (not row["end_date"] or date.fromisoformat(row["end_date"]) > AS_OF)
    }
    moves = marts.execute(
        "select account_id, accounts.segment, accounts.region, accounts.country, csms.team, "
        "csms.region, csms.csm_user_id, csms.is_active, accounts.csm_user_id "
        "from marts.rpt_book_rebalancing as moves "
        "join marts.dim_accounts as accounts using (account_id) "
        "join marts.dim_csms as csms on moves.to_csm_user_id = csms.csm_user_id"
    ).fetchall()
    assert len(moves) > 0
    assert frozen
    for account, segment, region, country, team, csm_region, csm, is_active, before in moves:
        assert is_active
        assert csm != before
        assert account not in frozen
        assert segment_of_team[key(team)] == segment
        own = regions[key(csm_region)]
        assert {("*", own, region), (segment, own, region)} & covers, account
        assert needs.get(key(country)) is None or (csm, needs[key(country)]) in speaks, account


def test_after_the_moves_no_book_is_over_a_target_and_fewer_moves_are_ruled_out(
    sample_home: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    """Targets from the reference list and the roster: everyone on it is ramped by then."""
    plans = marts.execute(
        "select pool_id, status, moves, fewest_possible_moves, gap "
        "from marts.rpt_book_rebalancing_plans"
    ).fetchall()
    assert len(plans) > 1
    for pool, status, moves, fewest, gap in plans:
        assert (status, gap) == ("fewest_moves", 0), pool
        assert moves == fewest
    moved = dict(
        marts.execute(
            "select account_id, to_csm_user_id from marts.rpt_book_rebalancing"
        ).fetchall()
    )
    file = sample_home / "warehouse" / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as warehouse:
        accounts = warehouse.execute(
            "select account_id, csm_user_id, arr, effort_hours "
            "from intermediate.int_book_accounts_daily where date_day = date '2026-06-30'"
        ).fetchall()
    held: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for account, csm, arr, hours in accounts:
        book = held[moved.get(account, csm)]
        book[0], book[1], book[2] = book[0] + 1, book[1] + arr, book[2] + hours
    targets = {(row["role_label"], row["segment"]): row for row in seed("csm_targets")}
    segment_of_team = {row["team_label"]: row["segment"] for row in seed("csm_teams")}
    csms = marts.execute(
        "select csm_user_id, role, team, fte from marts.dim_csms where is_active"
    ).fetchall()
    for csm, role, team, fte in csms:
        target = targets.get((key(role), "*")) or targets["*", segment_of_team[key(team)]]
        assert held[csm][0] <= int(target["target_accounts"]) * fte
        assert held[csm][1] <= int(target["target_arr"]) * fte
        assert held[csm][2] <= int(target["customer_hours_per_month"]) * fte


def test_the_semantic_layer_says_what_the_mart_says(
    sample_home: Path, marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "answer.csv"
    done = csops(
        sample_home, PROJECT / "sources.yml", "metrics",
        "book_utilization,account_utilization,effort_utilization",
        "--by", "metric_time__month,csm_month__team", "--csv", str(file),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with file.open(encoding="utf-8", newline="") as lines:
        said = {
            (row[0][:10], row[1]): [float(v) for v in row[2:]]
            for row in list(csv.reader(lines))[1:]
            if row[2]
        }
    expected = {
        (str(month), team): rates
        for month, team, *rates in marts.execute(
            """
            select month_start_date, team, sum(cast(average_arr as double)) / sum(target_arr),
                sum(cast(average_accounts as double)) / sum(target_accounts),
                sum(cast(average_effort_hours as double)) / sum(available_hours)
            from marts.fct_csm_capacity_monthly where target_arr > 0 group by all
            """
        ).fetchall()
    }
    assert len(expected) > 50
    assert said.keys() == expected.keys()
    for place, rates in expected.items():
        assert said[place] == pytest.approx(rates, abs=1e-9)
