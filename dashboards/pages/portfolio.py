"""What the pages of CSMs and accounts are made of, read for some thousand accounts at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboards.marts import Marts, Row
from dashboards.places import file_names
from dashboards.reuse import digest

BAND_TONES = {"green": "good", "yellow": "fair", "red": "poor"}
WEEKS = 52
MONTHS = 24

# Theme: the mart, and what a page needs of it. {day} is the as-of day.
THEMES = {
    "priorities": (
        "fct_csm_priorities",
        "select account_id, reason_kind, reason_name, why, next_step, points, account_points, "
        "account_rank, owner_user_id, arr from {mart} order by account_rank, account_id, "
        "reason_rank",
    ),
    "health": (
        "fct_account_health_daily",
        "select account_id, status, band, raw_band, raw_score, model_version, coverage, "
        "override_reason, override_end_date, score_change_7d, score_change_90d from {mart} "
        "where date_day = {day}",
    ),
    "inputs": (
        "fct_account_health_inputs_daily",
        "select account_id, input_id, measure_id, measure_value, numerator, denominator, grade, "
        "effective_weight, contribution, is_present from {mart} where date_day = {day} "
        "order by effective_weight desc, input_id, measure_id",
    ),
    "changes": (
        "fct_account_health_changes",
        "select account_id, comparison_days, score, previous_score, score_change, reason_1, "
        "reason_2, reason_3 from {mart} where date_day = {day} and comparison_days in (7, 30) "
        "order by comparison_days",
    ),
    "scores": (
        "fct_account_health_daily",
        "select account_id, list(date_day order by date_day) as days, "
        "list(score order by date_day) as scores from {mart} where date_day > {day} - interval "
        f"{WEEKS} week and date_diff('day', date_day, {{day}}) % 7 = 0 group by account_id",
    ),
    "arr": (
        "fct_arr_movements_monthly",
        "select account_id, list(month_start_date order by month_start_date) as days, "
        "list(closing_arr order by month_start_date) as amounts from {mart} "
        f"where month_start_date > {{day}} - interval {MONTHS} month group by account_id",
    ),
    "usage": (
        "fct_account_adoption_monthly",
        "select account_id, month_start_date, active_users, seats, adoption_rate, "
        "peer_adoption_median, key_features_used from {mart} "
        "order by account_id, month_start_date desc",
    ),
    "tickets": (
        "fct_tickets",
        "select account_id, ticket_id, ticket_type, priority, status, is_open, is_escalated, "
        "first_response_hours, resolution_hours, created_date, solved_date from {mart} "
        "order by is_open desc, created_date desc, ticket_id",
    ),
    "escalations": (
        "fct_escalations",
        "select account_id, tier_id, trigger_name, status, outcome, is_open, response_hours, "
        "is_response_on_time, opened_date, resolved_date from {mart} "
        "order by is_open desc, opened_date desc, escalation_id",
    ),
    "contracts": (
        "dim_contracts",
        "select account_id, contract_number, status, arr, licensed_seats, term_months, "
        "is_auto_renewing, is_running, start_date, end_date, notice_deadline_date from {mart} "
        "order by is_running desc, start_date desc, contract_id",
    ),
    "renewals": (
        "fct_renewals",
        "select account_id, due_quarter, outcome, forecast_category, reason, is_at_risk, due_arr, "
        "case when outcome not in ('pending', 'overdue') then retained_arr end as retained_arr, "
        "case when outcome not in ('pending', 'overdue') then uplift_arr end as uplift_arr, "
        "due_date, closed_date, is_due_within_90d from {mart} order by due_date desc, contract_id",
    ),
    "warnings": (
        "fct_renewal_warnings",
        "select account_id, warning, began_date, days_standing, due_arr, due_date from {mart} "
        "order by days_standing, warning",
    ),
    "tasks": (
        "fct_playbook_tasks",
        "select account_id, owner_user_id, csm_user_id, step_name as name, activity as detail, "
        "'Playbook task' as kind, status = 'overdue' as is_overdue, due_date from {mart} "
        "where status in ('open', 'overdue') order by due_date, task_id",
    ),
    "actions": (
        "fct_cs_actions",
        "select account_id, owner_user_id, csm_user_id, action_name as name, reason as detail, "
        "'Action' as kind, is_overdue, due_date from {mart} where is_open "
        "order by due_date, action_id",
    ),
    "signals": (
        "fct_expansion_signals",
        "select account_id, signal_name, latest_evidence, estimated_arr, is_largest_open, "
        "began_date from {mart} where is_open order by estimated_arr desc, signal_type",
    ),
    "plans": (
        "fct_success_plans",
        "select account_id, plan_name, plan_type, objective_count, reached_objective_count, "
        "is_overdue, due_date from {mart} where is_open order by due_date, success_plan_id",
    ),
    "issues": (
        "rpt_data_quality_fix_list",
        "select account_id, fault, remedy, owner_team, is_overdue, due_date, arr_at_stake, "
        "source_system, record_id from {mart} order by is_overdue desc, due_date, issue_id",
    ),
}


@dataclass(frozen=True)
class Portfolio:
    """Every account as rpt_account_360 has it, and each theme's rows by account.

    `themes` are those of a portion of the accounts (`with_themes`); `soon` are the renewals of the
    next 90 days of all of them. `account_files` and `csm_files` are the names of pages by id; `has`
    the themes that are in this version, so that a page can tell "none" from "not known".
    """

    accounts: Sequence[Row]
    csms: Mapping[str, Row]
    capacity: Mapping[str, Row]
    soon: Mapping[str, list[Row]]
    themes: Mapping[str, Mapping[str, list[Row]]]
    has: frozenset[str]
    account_files: Mapping[str, str]
    csm_files: Mapping[str, str]

    def of(self, theme: str, account_id: str) -> list[Row]:
        """The account's rows of a theme."""
        return self.themes[theme].get(account_id, [])

    def everything_of(self, account_id: str) -> list[list[Row]]:
        """The account's rows of every theme."""
        return [self.of(theme, account_id) for theme in self.themes]

    def shared(self) -> str:
        """Changes with whatever pages of accounts read beside the rows of their own account."""
        others = (self.csms, self.capacity, self.account_files, self.csm_files)
        return digest(sorted(self.has), *(sorted(one.items()) for one in others))

    def csm_name(self, user_id: str | None) -> str | None:
        """The name of a CSM, else the id; None without one."""
        return (self.csms.get(user_id, {}).get("csm_name") or user_id) if user_id else None


def portfolio(marts: Marts) -> Portfolio | None:
    """All that the pages need; None in a version without rpt_account_360."""
    if not marts.has("rpt_account_360"):
        return None
    accounts = marts.rows("select * from marts.rpt_account_360 order by arr desc, account_id")
    csms = {}
    if marts.has("dim_csms"):
        csms = {row["csm_user_id"]: row for row in marts.rows("select * from marts.dim_csms")}
    capacity = {}
    if marts.has("fct_csm_capacity_monthly"):
        # An order that puts the newest month last leaves it in the mapping.
        rows = marts.rows(
            "select * from marts.fct_csm_capacity_monthly where csm_user_id is not null "
            "order by month_start_date"
        )
        capacity = {row["csm_user_id"]: row for row in rows}
    mart, sql = THEMES["renewals"]
    people = {row["csm_user_id"] for row in accounts if row["csm_user_id"] and row["is_active"]}
    people |= {key for key, row in csms.items() if row["is_active"]}
    made = Portfolio(
        accounts=accounts,
        csms=csms,
        capacity=capacity,
        soon=_theme(marts, mart, sql, "is_due_within_90d"),
        themes={},
        has=frozenset(theme for theme, (mart, _) in THEMES.items() if marts.has(mart)),
        account_files=file_names(row["account_id"] for row in accounts),
        csm_files=file_names(people),
    )
    for row in accounts:
        row["name"] = row["account_name"] or row["account_id"]
        row["band_tone"] = BAND_TONES.get(row["health_band"] or "", "")
        row["renewal_tone"] = "poor" if row["is_renewal_at_risk"] else ""
        row["overdue"] = row["overdue_tasks"] + row["overdue_actions"]
        row["file"] = f"account/{made.account_files[row['account_id']]}.html"
        row["link"] = "../" + row["file"]
    return made


def with_themes(marts: Marts, known: Portfolio, accounts: Sequence[Row]) -> Portfolio:
    """The portfolio with every theme's rows of these accounts and of no other."""
    ids = [row["account_id"] for row in accounts]
    own = "account_id in (select unnest(?))"
    themes = {theme: _theme(marts, mart, sql, own, [ids]) for theme, (mart, sql) in THEMES.items()}
    return replace(known, themes=themes)


def _theme(
    marts: Marts, mart: str, sql: str, condition: str, parameters: Sequence[Any] = ()
) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    if marts.has(mart):
        day = f"date '{marts.as_of.isoformat()}'"
        rows = f"(select * from marts.{mart} where {condition})"
        for row in marts.rows(sql.format(mart=rows, day=day), parameters):
            if row["account_id"] is not None:
                found[row["account_id"]].append(row)
    return dict(found)
