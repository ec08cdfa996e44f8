"""On the sample company: the data pack's figures are those of plain SQL on the published file."""

from __future__ import annotations

import html
import re
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT
from tests.end_to_end.commands import csops

SQL = """
select a.account_id, a.account_name, a.arr, n.due_date, n.due_arr, u.active_users, u.seats,
    h.score, e.window_meeting_count, e.engaged_contact_count, t.tickets, t.opened, t.on_time, t.due
from marts.dim_accounts as a
inner join (select account_id, min(due_date) as due_date, min_by(due_arr, due_date) as due_arr
    from marts.fct_renewals where outcome in ('pending', 'overdue') and not is_coterm_stub
    group by 1) as n using (account_id)
inner join marts.fct_account_adoption_monthly as u
    on u.account_id = a.account_id and u.date_day = date '2026-06-30' and u.seats > 0
inner join marts.fct_account_health_daily as h
    on h.account_id = a.account_id and h.date_day = u.date_day and h.score is not null
inner join marts.fct_account_engagement_monthly as e
    on e.account_id = a.account_id and e.state_date = u.date_day
inner join (select account_id, count(*) as tickets,
    sum(cast(is_open as int)) as opened, sum(cast(is_response_on_time as int)) as on_time,
    sum(cast(is_response_due as int)) as due from marts.fct_tickets
    where created_date between date '2025-07-01' and date '2026-06-30' group by 1) as t
    on t.account_id = a.account_id
where not a.is_evergreen and a.account_name not like '%&%'
order by a.arr desc limit 3
"""


def test_the_pack_of_the_largest_accounts_says_what_sql_says(
    sample_home: Path, tmp_path: Path
) -> None:
    file = (sample_home / "published" / "current.duckdb").resolve(strict=True)
    with duckdb.connect(str(file), read_only=True) as connection:
        emails = connection.execute(
            "select count(*) from marts.dim_accounts where account_name like '%@%'"
        ).fetchone()
        accounts = connection.execute(SQL).fetchall()
    assert len(accounts) == 3
    for row in accounts:
        account, _, arr, due, due_arr, users, seats, score, meetings, contacts, *tickets = row
        done = csops(
            sample_home, PROJECT / "sources.yml", "qbr", account, "--out", str(tmp_path),
            "--format", "html",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        page = Path(done.stdout.strip()).read_text(encoding="utf-8")
        text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
        count, opened, on_time, answered = tickets
        for said in (
            f"Annual recurring revenue USD {arr:,.0f}",
            f"Next renewal {due.day} {due:%b} {due.year}",
            f"ARR due USD {due_arr:,.0f}",
            f"{users} of {seats} seats",
            f"Health {score:.0f} of 100",
            f"Meetings in 90 days {meetings}",
            f"Contacts who engaged {contacts}",
            f"Tickets; open now {count}; {opened}",
            f"First answer within target {on_time} of {answered} (",
        ):
            assert said in text, said
        assert emails == (0,)
        assert not re.search(r"\S@\w", re.sub(r"@(?:page|media)\b", "", page))
