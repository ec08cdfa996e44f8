"""Engagement by account and month, counted again day by day in plain Python on a made company."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from typing import Any

import duckdb
import numpy
import pandas as pd
import pytest
from scipy.stats import binomtest

from tests.support.compiled_models import CompiledModels

Rows = list[dict[str, Any]]
END = date(2026, 6, 30)
DONE = {"meeting": None, "training": None, "call": "Connected"}


def _records(frame: pd.DataFrame) -> Rows:
    return [
        {key: None if pd.isna(value) else value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _counted(tables: dict[str, Rows], account: str, end: date) -> dict[str, Any]:
    """What is known of an account at the end of a day, by going through every record."""
    first = end.replace(day=1)
    people = {row["contact_id"]: row for row in tables["crm_contacts"]}

    def gone(person: str | None) -> bool:
        row = people.get(person or "")
        return bool(row) and not row["is_active"] and row["updated_at"].date() <= end

    def sponsor(person: str | None) -> bool:
        row = people.get(person or "")
        if not row or not row["is_executive_sponsor"] or gone(person):
            return False
        return row["created_at"].date() <= end

    meetings, met, engaged, both, bosses = 0, set(), set(), [], []
    window = 0
    for row in tables["crm_activities"]:
        done, known = row["occurred_at"].date(), row["created_at"].date()
        deleted = row["is_deleted"] and row["updated_at"].date() <= end
        if row["account_id"] != account or known > end or deleted:
            continue
        kind, person = row["activity_type"], row["contact_id"]
        meeting = kind in DONE and row["outcome"] in (None, "Connected")
        reply = kind == "email" and row["direction"] == "inbound"
        near = (end - done).days < 90
        meetings += meeting and known >= first
        window += meeting and near
        if person and near and not gone(person):
            if meeting:
                met.add(person)
            if meeting or reply:
                engaged.add(person)
        if meeting or reply:
            both.append(done)
        if meeting and sponsor(person):
            bosses.append(done)
    sponsors = [p for p, row in people.items() if row["account_id"] == account and sponsor(p)]
    since = min((people[p]["created_at"].date() for p in sponsors), default=None)
    for row in tables["cs_qbrs"]:
        held = row["held_at"] and row["held_at"].date()
        if row["account_id"] == account and held and held <= end:
            both.append(held)
            if row["exec_sponsor_present"] and since and held >= since:
                bosses.append(held)
    fresh = False
    for row in tables["cs_programme_touches"]:
        at = row["engaged_at"] and row["engaged_at"].date()
        if row["account_id"] == account and at and at <= end:
            fresh = fresh or (end - at).days < 28
            if (end - at).days < 90 and not gone(row["contact_id"]):
                engaged.add(row["contact_id"])
    return {
        "meeting_count": meetings, "window_meeting_count": window, "met_contact_count": len(met),
        "engaged_contact_count": len(engaged), "is_multi_threaded": len(engaged) >= 3,
        "executive_sponsor_known": bool(sponsors), "is_digitally_engaged": fresh,
        "is_executive_sponsor_covered": bool(
            sponsors and bosses and (end - max(bosses)).days < 180
        ),
        "last_executive_meeting_date": max(bosses, default=None),
        "last_two_way_contact_date": max(both, default=None),
    }  # fmt: skip


def test_each_account_and_month_is_what_its_records_say(
    engaged: duckdb.DuckDBPyConnection, dealings: dict[str, pd.DataFrame]
) -> None:
    plain = {name: _records(dealings[name]) for name in (
        "crm_contacts", "crm_activities", "cs_qbrs", "cs_programme_touches")}  # fmt: skip
    rows = engaged.sql(
        "select * from marts.fct_account_engagement_monthly order by account_id, state_date"
    )
    names = rows.columns
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    assert len(found) > 300
    for row in found:
        counted = _counted(plain, row["account_id"], row["state_date"])
        shown = {name: row[name] for name in counted}
        assert shown == counted, (row["account_id"], row["state_date"])
    for name in ("is_multi_threaded", "executive_sponsor_known", "is_executive_sponsor_covered"):
        assert {row[name] for row in found} == {True, False}, name


def test_a_months_meetings_are_all_meetings_that_became_known_in_it(
    engaged: duckdb.DuckDBPyConnection, dealings: dict[str, pd.DataFrame]
) -> None:
    paying = set(engaged.execute(
        "select account_id, month_start_date from marts.fct_account_engagement_monthly"
    ).fetchall())  # fmt: skip
    known = 0
    for row in _records(dealings["crm_activities"]):
        kind = row["activity_type"]
        at = row["created_at"].date()
        lost = row["is_deleted"] and (row["updated_at"].year, row["updated_at"].month) == (
            at.year, at.month)  # fmt: skip
        if kind in DONE and row["outcome"] in (None, "Connected") and at <= END and not lost:
            known += (row["account_id"], at.replace(day=1)) in paying
    (shown,) = engaged.execute(
        "select sum(meetings) from marts.rpt_engagement_monthly where slice_type = 'company'"
    ).fetchone()
    assert shown == known > 100


def test_every_slice_adds_up_to_the_company_and_tech_touch_is_the_pools_book(
    engaged: duckdb.DuckDBPyConnection,
) -> None:
    sums = engaged.execute(
        "select month_start_date, slice_type, sum(accounts), sum(meetings), "
        "sum(multi_threaded_accounts), sum(sponsor_covered_accounts) "
        "from marts.rpt_engagement_monthly group by all"
    ).fetchall()
    by_month = defaultdict(set)
    for month, _, *rest in sums:
        by_month[month].add(tuple(rest))
    assert len(sums) == 5 * len(by_month)
    assert all(len(values) == 1 for values in by_month.values())
    pool = engaged.execute(
        "select count(*) from marts.fct_account_engagement_monthly "
        "where (touch_model = 'tech') is distinct from coalesce(csm_user_id = 'u2', false)"
    ).fetchone()
    assert pool == (0,)
    assert engaged.execute(
        "select count(*) from marts.rpt_digital_engagement as d inner join "
        "(select month_start_date, count(*) as n, count(*) filter (where is_digitally_engaged) as k"
        " from marts.fct_account_engagement_monthly where csm_user_id = 'u2' group by 1) as own "
        "on d.month_start_date = own.month_start_date and d.slice_type = 'company' "
        "where d.tech_touch_accounts <> own.n or d.digitally_engaged_accounts <> own.k"
    ).fetchone() == (0,)


def test_the_intervals_of_the_renewal_rates_are_scipys(
    compiled: CompiledModels, engaged: duckdb.DuckDBPyConnection
) -> None:
    draw = random.Random(3)
    engaged.execute("create or replace table marts.fct_qbr_renewals (contract_id varchar, "
                    "segment varchar, review_outcome varchar, due_arr decimal(18,2), "
                    "retained_arr decimal(18,2), is_logo boolean, is_renewed boolean)")  # fmt: skip
    rows = []
    for number in range(200):
        due = draw.randrange(1, 50) * 1000
        kept = draw.random() < 0.8
        rows.append((str(number), draw.choice(["smb", "enterprise"]),
                     draw.choice(["on_cadence", "missed"]), due,
                     due if kept else 0, draw.random() < 0.95, kept))  # fmt: skip
    engaged.executemany("insert into marts.fct_qbr_renewals values (?, ?, ?, ?, ?, ?, ?)", rows)
    sql = compiled.models["int_qbr_renewal_shares"].sql
    shares = engaged.execute(
        "select slice_value, review_outcome, due_terms, renewed_terms, renewal_rate_logo_low, "
        "renewal_rate_logo_high, effective_terms, renewal_rate_arr, renewal_rate_arr_low, "
        f"renewal_rate_arr_high from ({sql})"
    ).fetchall()
    assert len(shares) == 6
    for value, outcome, terms, renewed, low, high, effective, rate, money_low, money_high in shares:
        mine = [row for row in rows if value in ("company", row[1]) and row[2] == outcome]
        logos = [row for row in mine if row[5]]
        assert (terms, renewed) == (len(logos), sum(row[6] for row in logos))
        wilson = binomtest(renewed, terms).proportion_ci(0.95, "wilson")
        assert (low, high) == pytest.approx((wilson.low, wilson.high), abs=1e-6)
        dues = [row[3] for row in mine]
        assert rate == pytest.approx(sum(row[4] for row in mine) / sum(dues))
        assert effective == pytest.approx(sum(dues) ** 2 / sum(due * due for due in dues))
        # Wilson's interval: where (rate - x)^2 = z^2 x (1 - x) / n.
        q = 1.959964**2 / effective
        ends = sorted(numpy.roots([1 + q, -(2 * rate + q), rate**2]))
        assert [money_low, money_high] == pytest.approx(ends, abs=1e-6)
        assert 0 <= money_low < rate < money_high <= 1
