"""What the published marts say of one account; each query is one part of the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

Row = dict[str, Any]
MONTHS = 12
"""The page looks back so many months."""

_ACCOUNT = """
select accounts.account_name, accounts.segment, accounts.region, accounts.industry, accounts.arr,
    accounts.reporting_currency, accounts.is_customer, accounts.is_evergreen,
    accounts.first_customer_date, accounts.churned_date, accounts.renewal_date, csms.csm_name
from marts.dim_accounts as accounts
left join marts.dim_csms as csms on accounts.csm_user_id = csms.csm_user_id
where accounts.account_id = $account"""
_RENEWAL = """
select due_date, due_arr, notice_deadline_date, is_auto_renewing, outcome
from marts.fct_renewals
where account_id = $account and outcome in ('pending', 'overdue') and not is_coterm_stub
order by due_date, contract_id limit 1"""
_ONBOARDING = """
select closed_won_date, first_value_date, days_to_first_value, value_date, days_to_value,
    milestones, reached_milestones, next_due_date
from marts.fct_onboarding where account_id = $account"""
_ADOPTION = """
select month_start_date, date_day, segment, active_users, seats, adoption_rate,
    key_features_used, peer_accounts, adoption_percentile, peer_adoption_low,
    peer_adoption_median, peer_adoption_high
from marts.fct_account_adoption_monthly
where account_id = $account and month_start_date > $since order by month_start_date"""
_SUPPORT = """
select count(*) as tickets, count(first_replied_at) as answered,
    median(first_response_hours) as first_response_hours,
    count(*) filter (where is_response_due) as due_responses,
    count(*) filter (where is_response_on_time) as on_time_responses,
    count(*) filter (where is_open) as open_tickets
from marts.fct_tickets where account_id = $account and created_date > $since"""
_RATINGS = """
select count(*) filter (where is_rated) as rated, count(*) filter (where is_rated_good) as good
from marts.fct_tickets where account_id = $account and rated_date > $since"""
_TICKETS_MONTHLY = """
select cast(date_trunc('month', created_date) as date) as month_start_date, count(*) as tickets
from marts.fct_tickets where account_id = $account and created_date > $since
group by 1 order by 1"""
_ENGAGEMENT = """
select window_meeting_count, engaged_contact_count, executive_sponsor_known, last_meeting_date,
    last_executive_meeting_date, is_window_complete
from marts.fct_account_engagement_monthly
where account_id = $account order by month_start_date desc limit 1"""
_REVIEWS = """
select max(held_date) as last_review_date, count(*) filter (where is_eligible) as due_reviews,
    count(*) filter (where is_on_cadence) as kept_reviews
from marts.fct_qbr_periods where account_id = $account and period_end_date > $since"""
_PLANS = """
select plan_name, objective_count, reached_objective_count, is_open, is_overdue, due_date,
    closed_date
from marts.fct_success_plans
where account_id = $account and (is_open or closed_date > $since)
order by is_open desc, due_date nulls last, success_plan_id"""
_TASKS = """
select step_name, activity, status, due_date from marts.fct_playbook_tasks
where account_id = $account and status in ('open', 'overdue')
order by due_date nulls last, task_id"""
_WARNINGS = """
select warning, min(began_date) as began_date from marts.fct_renewal_warnings
where account_id = $account group by warning order by began_date, warning"""
_HEALTH = """
select score, band, status, score_change_90d, date_day from marts.fct_account_health_daily
where account_id = $account and date_day = $day"""
_REASONS = """
select reason_1, reason_2, reason_3, comparison_days from marts.fct_account_health_changes
where account_id = $account and date_day = $day and score_change < 0
order by comparison_days desc limit 1"""


@dataclass(frozen=True)
class Facts:
    """Rows of the marts about one account on one day; None or empty where nothing is known."""

    account_id: str
    day: date
    since: date
    account: Row
    renewal: Row | None
    onboarding: Row | None
    adoption: list[Row]
    support: Row
    ratings: Row
    tickets_monthly: list[Row]
    first_ticket_date: date | None
    engagement: Row | None
    reviews: Row
    plans: list[Row]
    tasks: list[Row]
    warnings: list[Row]
    health: Row | None
    reasons: Row | None


def account_facts(connection: duckdb.DuckDBPyConnection, account_id: str, day: date) -> Facts:
    """Everything that the page tells of the account as of the published day."""
    since = day.replace(year=day.year - 1, day=min(day.day, 28 if day.month == 2 else day.day))
    given = {"account": account_id, "day": day, "since": since}

    def rows(query: str) -> list[Row]:
        used = {name: value for name, value in given.items() if f"${name}" in query}
        answer = connection.execute(query, used)
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def row(query: str) -> Row | None:
        return next(iter(rows(query)), None)

    account = row(_ACCOUNT)
    if account is None:
        raise LookupError(f"no account {account_id!r}")
    first = row("select min(created_date) as day from marts.fct_tickets") or {"day": None}
    return Facts(
        account_id=account_id, day=day, since=since, account=account, renewal=row(_RENEWAL),
        onboarding=row(_ONBOARDING), adoption=rows(_ADOPTION), support=row(_SUPPORT) or {},
        ratings=row(_RATINGS) or {}, tickets_monthly=rows(_TICKETS_MONTHLY),
        first_ticket_date=first["day"], engagement=row(_ENGAGEMENT), reviews=row(_REVIEWS) or {},
        plans=rows(_PLANS), tasks=rows(_TASKS), warnings=rows(_WARNINGS), health=row(_HEALTH),
        reasons=row(_REASONS),
    )  # fmt: skip
