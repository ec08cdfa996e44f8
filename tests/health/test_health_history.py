"""The history of health is the same however it was built, and its parts are its whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.health.conftest import rows

SAME_FROM_THE_FIRST_DAY = (
    "intermediate.int_health_usage_daily",
    "intermediate.int_health_quantities_daily",
    "intermediate.int_health_input_grades_daily",
    "marts.fct_account_health_inputs_daily",
    "marts.fct_csm_book_daily",
    "intermediate.int_csm_capacity_daily",
    "intermediate.int_expansion_signal_days",
)
# a change needs a day before it: the first build has none before its own first day
SAME_AFTER_A_QUARTER = ("marts.fct_account_health_daily", "marts.fct_account_health_changes")


def difference(table: str, one: Path, other: Path, days_after_start: int) -> list[tuple]:
    """Rows that only one of two warehouses has, from some days after the later of their starts."""
    start = max(rows(file, f"select min(date_day) from {table}")[0][0] for file in (one, other))
    where = f"where date_day >= date '{start}' + {days_after_start}"
    both = [set(rows(file, f"select * from {table} {where}")) for file in (one, other)]
    assert all(both)
    return sorted(map(str, both[0] ^ both[1]))


@pytest.mark.parametrize("table", SAME_FROM_THE_FIRST_DAY)
def test_daily_runs_and_one_backfill_give_the_same_rows(
    table: str, built_at_once: Path, built_day_by_day: Path
) -> None:
    assert difference(table, built_at_once, built_day_by_day, 0) == []


@pytest.mark.parametrize("table", SAME_AFTER_A_QUARTER)
def test_scores_and_changes_agree_once_there_is_a_past_to_compare_with(
    table: str, built_at_once: Path, built_day_by_day: Path
) -> None:
    assert difference(table, built_at_once, built_day_by_day, 90) == []


def test_weeks_are_counted_alike_however_the_days_were_built(
    built_at_once: Path, built_day_by_day: Path
) -> None:
    """The runs end on a Wednesday, a Thursday and a Sunday, and go back to the Friday before it."""
    for table in ("int_health_distributions_weekly", "int_health_records_weekly"):
        query = f"from intermediate.{table} where week_end_date >= date '2026-01-01' order by all"
        weeks = rows(built_at_once, query)
        assert rows(built_day_by_day, query) == weeks
        assert {row[-1].isoweekday() for row in weeks} == {7}


def test_expansion_signals_begin_and_end_alike_however_the_days_were_built(
    built_at_once: Path, built_day_by_day: Path
) -> None:
    for table in ("fct_expansion_signals", "fct_cs_qualified_leads"):
        found = rows(built_at_once, f"from marts.{table} order by all")
        assert rows(built_day_by_day, f"from marts.{table} order by all") == found
        assert found


def test_no_account_has_two_scores_on_a_day(built_day_by_day: Path) -> None:
    (counted,) = rows(
        built_day_by_day,
        "select count(*), count(distinct (account_id, date_day)) "
        "from marts.fct_account_health_daily",
    )
    assert counted[0] == counted[1] > 0


def test_every_score_is_the_sum_of_its_parts(built_at_once: Path) -> None:
    wrong = rows(
        built_at_once,
        """
        select account_id, date_day, raw_score
        from marts.fct_account_health_daily
        left join (
            select account_id, date_day,
                sum(contribution) filter (where measure_id = 'all') as of_inputs,
                sum(contribution) filter (where measure_id <> 'all') as of_measures
            from marts.fct_account_health_inputs_daily group by all
        ) using (account_id, date_day)
        where raw_score is distinct from of_inputs or raw_score is distinct from of_measures
        """,
    )
    assert wrong == []


def test_every_change_is_the_sum_of_its_parts(built_at_once: Path) -> None:
    wrong = rows(
        built_at_once,
        """
        from marts.fct_account_health_changes
        where score_change is distinct from usage_change + engagement_change + support_change
            + sentiment_change + commercial_change + weight_change + coverage_change
            + override_change
        """,
    )
    assert wrong == []


def test_nearly_every_change_has_a_reason_in_words(built_at_once: Path) -> None:
    ((told, all_changes),) = rows(
        built_at_once,
        "select count(reason_1), count(*) from marts.fct_account_health_changes "
        "where abs(score_change) >= 1",
    )
    assert told >= 0.99 * all_changes > 0
    ((broken,),) = rows(
        built_at_once,
        "select count(*) from marts.fct_account_health_changes "
        "where reason_1 like '%{%' or reason_1 like '%?%'",
    )
    assert broken == 0


def test_no_row_is_later_than_the_loss_of_the_account(built_at_once: Path) -> None:
    late = rows(
        built_at_once,
        """
        select health.account_id, health.date_day
        from marts.fct_account_health_daily as health
        where not exists (
            from intermediate.int_health_account_intervals as spells
            where spells.account_id = health.account_id and spells.valid_from <= health.date_day
                and coalesce(spells.valid_to > health.date_day, true)
        )
        """,
    )
    assert late == []
