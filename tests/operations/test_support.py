"""Business hours are those of the desks' own clocks; months are what their tickets say."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.operations.desk import business_hours, schedule_of, seed
from tests.operations.made_company import END

Made = dict[str, pd.DataFrame]


def _kept(made: Made) -> pd.DataFrame:
    """Tickets that aren't deleted, with region, segment and first reply."""
    tickets = made["support_tickets"]
    tickets = tickets[~tickets["is_deleted"]].merge(
        made["crm_accounts"][["account_id", "region", "segment"]], on="account_id"
    )
    events = made["support_ticket_events"]
    replies = events[events["event_type"] == "reply"].groupby("ticket_id")["occurred_at"].min()
    return tickets.assign(replied_at=tickets["ticket_id"].map(replies))


def test_business_hours_are_those_of_the_desks_own_clocks(
    company: duckdb.DuckDBPyConnection, made: Made
) -> None:
    found = {
        row[0]: row[1:]
        for row in company.execute(
            "select ticket_id, schedule_id, first_response_business_hours, "
            "resolution_business_hours, first_response_hours from marts.fct_tickets"
        ).fetchall()
    }
    kept = _kept(made)
    assert found.keys() == set(kept["ticket_id"])
    assert len(found) > 500
    compared = 0
    for ticket in kept.itertuples():
        schedule, response, resolution, calendar = found[ticket.ticket_id]
        assert schedule == schedule_of(ticket.region)
        for until, hours in ((ticket.replied_at, response), (ticket.solved_at, resolution)):
            if pd.isna(until):
                assert hours is None
                continue
            expected = business_hours(schedule, ticket.created_at, until.to_pydatetime())
            assert float(hours) == pytest.approx(expected, abs=1e-4), ticket
            compared += 1
        if not pd.isna(ticket.replied_at):
            waited = (ticket.replied_at - ticket.created_at).total_seconds() / 3600
            assert float(calendar) == pytest.approx(waited, abs=1e-4)
    assert compared > 700


def test_the_offsets_of_the_time_zones_are_those_of_the_time_zone_database() -> None:
    changes: dict[str, list[tuple[datetime, int]]] = {}
    for row in seed("time_zone_offsets"):
        start = datetime.fromisoformat(row["starts_at"])
        changes.setdefault(row["time_zone"], []).append((start, int(row["utc_offset_minutes"])))
    assert len(changes) >= 4
    for name, periods in changes.items():
        zone = ZoneInfo(name)
        moments = [datetime(2015, 1, 1) + timedelta(hours=7 * n) for n in range(26_000)]
        moments += [start - timedelta(minutes=1) for start, _ in periods[1:]]
        moments += [start for start, _ in periods[1:]]
        for moment in moments:
            offset = max(period for period in periods if period[0] <= moment)[1]
            ahead = zone.utcoffset(moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone))
            assert ahead == timedelta(minutes=offset), (name, moment)


def test_medians_and_ninetieth_percentiles_are_numpys(
    company: duckdb.DuckDBPyConnection, made: Made
) -> None:
    kept = _kept(made)
    kept["hours"] = (kept["replied_at"] - kept["created_at"]).dt.total_seconds() / 3600
    kept["late"] = (END - kept["created_at"]).dt.total_seconds() / 3600 >= 4
    compared = 0
    for slice_type in ("company", "segment"):
        kept["slice"] = kept["segment"] if slice_type == "segment" else "company"
        for (month, value), rows in kept.groupby([kept["created_at"].dt.to_period("M"), "slice"]):
            answered = rows["hours"].dropna()
            ((created, due, on_time, median, p90),) = company.execute(
                "select created_tickets, due_responses, on_time_responses, "
                "first_response_hours_median, first_response_hours_p90 "
                "from marts.rpt_support_monthly "
                "where month_start_date = ? and slice_type = ? and slice_value = ?",
                [month.to_timestamp().date(), slice_type, value],
            ).fetchall()
            assert created == len(rows)
            assert due == (rows["hours"].notna() | rows["late"]).sum()
            assert on_time == (answered <= 4).sum()
            for shown, share in ((median, 0.5), (p90, 0.9)):
                assert float(shown) == pytest.approx(np.quantile(answered, share), abs=1e-3)
            compared += 1
    assert compared > 60


def test_the_backlog_of_a_past_month_end_is_what_was_open_then(
    company: duckdb.DuckDBPyConnection, made: Made
) -> None:
    kept = set(_kept(made)["ticket_id"])
    created = dict(zip(made["support_tickets"]["ticket_id"], made["support_tickets"]["created_at"],
                       strict=True))  # fmt: skip
    changes = made["support_ticket_events"]
    changes = changes[changes["event_type"] == "change"].sort_values("occurred_at")
    rows = company.execute(
        "select month_start_date, closing_backlog from marts.rpt_support_monthly "
        "where slice_type = 'company' order by 1"
    ).fetchall()
    assert len(rows) == 18
    for month, backlog in rows:
        end = pd.Timestamp(month) + pd.DateOffset(months=1)
        seen = changes[changes["occurred_at"] < end]
        status = dict(zip(seen["ticket_id"], seen["new_value"], strict=True))
        still_open = [
            ticket
            for ticket in kept
            if created[ticket] < end and status.get(ticket) not in ("solved", "closed")
        ]
        assert backlog == len(still_open), month
