"""What was known only later changes nothing in health or expansion of a day or of those before."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT
from tests.health.conftest import LAST_DAY, Builder, land, rows
from tests.health.later_rows import forget_later_rows

# a change needs a day before it: a build has none before its own first day
BLANK_DAYS = {
    "marts.fct_account_health_inputs_daily": 0,
    "marts.fct_account_health_daily": 90,
    "marts.fct_account_health_changes": 30,
}
# a signal's end is told on the as-of day; money is at the plan rate of its year, the team of today
BEGUN = (
    "select account_id, signal_type, owner_user_id, csm_user_id, segment, region, evidence, "
    "measured_quantity, compared_quantity, threshold, {money} since_date, began_date "
    "from {name}.marts.fct_expansion_signals "
    "where began_date between date '{first}' and date '{day}'"
)
OPEN = (
    "select account_id, signal_type, began_date from {name}.marts.fct_expansion_signals "
    "where began_date between date '{first}' and date '{day}' "
    "and coalesce(ended_date > date '{day}', true)"
)
# of all accounts together: the deals of one that was merged later are its survivor's
PIPELINE = (
    "select month_start_date, sum(open_opportunities), {money} count(*) > 0 "
    "from {name}.intermediate.int_expansion_pipeline_monthly "
    "where month_start_date < date_trunc('month', date '{day}') group by month_start_date"
)
MONEY = {
    BEGUN: "arr, estimated_arr,",
    OPEN: "",
    PIPELINE: "sum(open_pipeline_arr), sum(cs_sourced_pipeline_arr), sum(won_arr),",
}
LAST = date.fromisoformat(LAST_DAY)
DAYS = sorted(LAST - timedelta(days=days) for days in random.Random(4).sample(range(1, 540), 10))


def differences(whole: Path, shortened: Path, table: str, day: date) -> list[tuple]:
    """Rows up to a day that only one of two warehouses has; `whole` goes on after that day."""
    (first,) = rows(whole, f"select min(date_day) from {table}")[0]
    with duckdb.connect() as connection:
        for name, file in (("whole", whole), ("shortened", shortened)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        compared = f"date_day between date '{first}' + {BLANK_DAYS[table]} and date '{day}'"
        kept, left = (
            f"select * from {name}.{table} where {compared}" for name in ("whole", "shortened")
        )
        ((count,),) = connection.execute(f"select count(*) from ({kept})").fetchall()
        assert count > 0
        return connection.execute(
            f"(select 'with later rows', * from ({kept} except {left})) union all "
            f"(select 'without', * from ({left} except {kept})) order by all"
        ).fetchall()


def expansion_differences(whole: Path, shortened: Path, day: date) -> list[tuple]:
    """Signals that began, signals that stood and pipelines of past months that only one has.

    From the day on which a score has a quarter behind it, and a signal can have begun since.
    """
    with duckdb.connect() as connection:
        for name, file in (("whole", whole), ("shortened", shortened)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        ((first,),) = connection.execute(
            "select min(date_day) + 130 from whole.marts.fct_account_health_daily"
        ).fetchall()
        found = []
        for query, money in MONEY.items():
            said = {"day": day, "first": first, "money": money if day.year == LAST.year else ""}
            kept, left = (query.format(name=name, **said) for name in ("whole", "shortened"))
            assert connection.execute(f"select count(*) from ({left})").fetchone() != (0,)
            found += connection.execute(
                f"(select 'with later rows', * from ({kept} except {left})) union all "
                f"(select 'without', * from ({left} except {kept})) order by all"
            ).fetchall()
        return found


def assert_nothing_later_is_seen(landed: Path, whole: Path, build: Builder, day: date) -> None:
    deleted: dict[str, int] = {}

    def shorten(warehouse: Path) -> None:
        deleted.update(forget_later_rows(warehouse, day))

    shortened = build(landed, f"until_{day}", [str(day)], shorten)
    assert deleted["product.tracks"] > 0
    found = {table: differences(whole, shortened, table, day) for table in BLANK_DAYS}
    assert {table: changed[:3] for table, changed in found.items() if changed} == {}
    assert expansion_differences(whole, shortened, day) == []
    for table in BLANK_DAYS:
        assert rows(shortened, f"select max(date_day) from {table}") == [(day,)]
    shortened.unlink()


@pytest.mark.parametrize("day", [DAYS[2], DAYS[7]], ids=str)
def test_a_day_of_a_small_company_sees_no_later_row(
    day: date, landed: Path, built_at_once: Path, build: Builder
) -> None:
    assert_nothing_later_is_seen(landed, built_at_once, build, day)


@pytest.fixture(scope="module")
def sample_landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's raw tables with all their faults."""
    return land(PROJECT / "sources.yml", tmp_path_factory.mktemp("sample") / "warehouse.duckdb")


@pytest.fixture(scope="module")
def sample_built(sample_landed: Path, build: Builder) -> Path:
    return build(sample_landed, "sample_at_once", [LAST_DAY])


@pytest.mark.slow  # five minutes: pytest -m slow -n 0 tests/health/test_health_sees_no_later_row.py
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_ten_days_of_the_sample_company_see_no_later_row(
    day: date, sample_landed: Path, sample_built: Path, build: Builder
) -> None:
    assert_nothing_later_is_seen(sample_landed, sample_built, build, day)
