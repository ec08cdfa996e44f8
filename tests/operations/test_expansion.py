"""Pipeline, leads and promoters by plain Python, day by day, against the marts."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pandas as pd

from orchestration.settings import PROJECT
from tests.operations.made_company import END

LAST_DAY = END.date() - timedelta(days=1)
KINDS = {"Expansion", "Upsell", "cross-sell"}
BUDGET = {"Economic Buyer", "Executive Sponsor"}
Tables = dict[str, pd.DataFrame]


def month_ends() -> list[date]:
    firsts = [date(year, month, 1) for year in (2025, 2026, 2027) for month in range(1, 13)]
    return [day - timedelta(days=1) for day in firsts if date(2025, 1, 1) < day <= END.date()]


def expansion_deals(expanding: Tables) -> pd.DataFrame:
    deals = expanding["crm_opportunities"]
    return deals[deals["opportunity_type"].isin(KINDS) & ~deals["is_deleted"]]


def day_of(moment: object) -> date | None:
    return None if pd.isna(moment) else pd.Timestamp(moment).date()


def test_the_pipeline_of_each_months_end_is_what_the_history_says(
    company: duckdb.DuckDBPyConnection, expanding: Tables
) -> None:
    steps = defaultdict(list)
    for row in expanding["crm_opportunity_history"].itertuples():
        steps[row.opportunity_id].append((row.changed_at, Decimal(row.new_value)))
    expected: dict[date, Decimal] = {}
    for end in month_ends():
        after = pd.Timestamp(end + timedelta(days=1))
        expected[end] = sum(
            (
                max((step for step in steps[deal.opportunity_id] if step[0] < after))[1]
                for deal in expansion_deals(expanding).itertuples()
                if deal.created_at < after and (pd.isna(deal.closed_at) or deal.closed_at >= after)
            ),
            Decimal(0),
        )
    found = dict(
        company.execute(
            "select state_date, open_pipeline_arr from marts.rpt_expansion_coverage "
            "where period_type = 'month' and slice_type = 'company'"
        ).fetchall()
    )
    assert len(expected) == 18
    assert min(expected.values()) >= 0 < max(expected.values())
    assert {end: found[end] for end in expected} == expected


def test_coverage_is_pipeline_over_the_targets_of_the_seed(
    company: duckdb.DuckDBPyConnection,
) -> None:
    with (PROJECT / "seeds" / "reference" / "expansion_targets.csv").open() as lines:
        targets = [
            (row["segment"], row["quarter_start_date"], Decimal(row["target_arr"]))
            for row in csv.DictReader(lines)
        ]
    for segment, quarter, target in targets:
        if quarter > LAST_DAY.isoformat() or quarter < "2025":
            continue
        shown = company.execute(
            "select target_arr, open_pipeline_arr, expansion_pipeline_coverage "
            "from marts.rpt_expansion_coverage where period_type = 'quarter' "
            "and slice_type = 'segment' and slice_value = ? and period_start_date = ?",
            [segment, quarter],
        ).fetchall()
        assert [row[0] for row in shown] == [target]
        assert shown[0][2] == float(shown[0][1]) / float(target)


def test_a_lead_is_followed_to_the_first_deal_after_it(
    company: duckdb.DuckDBPyConnection, expanding: Tables
) -> None:
    done = {
        task.cta_id: day_of(task.completed_at)
        for task in expanding["cs_playbook_tasks"].itertuples()
    }
    leads = sorted(
        ((day_of(lead.created_at), lead.cta_id, lead.account_id)
         for lead in expanding["cs_ctas"].itertuples()), reverse=True
    )  # fmt: skip
    taken: dict[str, list[tuple[date, str]]] = defaultdict(list)
    expected = {}
    for deal in expansion_deals(expanding).itertuples():
        opened = day_of(deal.created_at)
        if deal.lead_source == "Customer Success":
            expected[deal.opportunity_id] = ("accepted", deal.opportunity_id, 0)
            continue
        before = [
            (created, lead)
            for created, lead, account in leads
            if account == deal.account_id and 0 <= (opened - created).days <= 180
        ]
        if before:
            newest = max(before)[0]
            lead = min(lead for created, lead in before if created == newest)
            taken[lead].append((opened, deal.opportunity_id))
    for created, lead, _ in leads:
        qualified = done.get(lead, created)
        if taken[lead]:
            opened, deal = min(taken[lead])
            begun = min(opened, qualified or opened)
            expected[lead] = ("accepted", deal, (opened - begun).days)
        elif qualified is None:
            expected[lead] = ("not_qualified", None, None)
        else:
            late = qualified + timedelta(days=30) < LAST_DAY
            expected[lead] = ("orphan" if late else "waiting", None, None)
    found = {
        lead: tuple(said)
        for lead, *said in company.execute(
            "select lead_id, lead_status, opportunity_id, days_to_hand_off "
            "from marts.fct_cs_qualified_leads"
        ).fetchall()
    }
    assert {status for status, *_ in expected.values()} == {
        "accepted", "not_qualified", "orphan", "waiting",
    }  # fmt: skip
    assert found == expected


def test_a_promoter_with_a_budget_stands_for_half_a_year(
    company: duckdb.DuckDBPyConnection, made: Tables, expanding: Tables
) -> None:
    """A signal that is off for fourteen days is over; what comes sooner is still the same."""
    role = expanding["crm_contacts"].set_index("contact_id")["role"]
    won = made["crm_opportunities"].set_index("account_id")["closed_at"]
    days: dict[str, set[date]] = defaultdict(set)
    for contact, answers in expanding["cs_surveys"].groupby("contact_id"):
        given = sorted(answers.itertuples(), key=lambda answer: answer.responded_at)
        for answer, later in zip(given, [*given[1:], None], strict=True):
            if answer.score < 9 or role[contact] not in BUDGET:
                continue
            first = day_of(answer.responded_at)
            end = first + timedelta(days=180)
            end = min(end, day_of(later.responded_at)) if later else end
            # a customer from the day of closed-won on
            first = max(first, day_of(won[answer.account_id]))
            days[answer.account_id] |= {
                first + timedelta(days=n) for n in range((min(end, END.date()) - first).days)
            }
    expected = set()
    for account, held in days.items():
        ordered = sorted(held)
        for place, day in enumerate(ordered):
            if place == 0 or (day - ordered[place - 1]).days > 14:
                expected.add((account, day))
    found = set(
        company.execute(
            "select account_id, began_date from marts.fct_expansion_signals "
            "where signal_type = 'promoter_with_budget'"
        ).fetchall()
    )
    assert len(expected) > 10
    assert found == expected
