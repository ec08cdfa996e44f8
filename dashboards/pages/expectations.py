"""Rules against policy, what the suites expected and found, and the calendar of reviews."""

from __future__ import annotations

from dashboards.formats import words
from dashboards.marts import Marts
from dashboards.tables import Column, Table

TONES = {"overdue": "poor", "done_late": "fair", "done": "good"}


def rule_table(marts: Marts) -> Table | None:
    """Each rule, how near it is to stopping the run, and who overrode it."""
    if not marts.has("rpt_data_quality_rules"):
        return None
    rows = marts.rows(
        "select * from marts.rpt_data_quality_rules order by arr_share desc nulls last, rule_id"
    )
    for row in rows:
        near = row["max_arr_share"] and row["arr_share"] and row["arr_share"] / row["max_arr_share"]
        row["tone"] = "poor" if near and near > 1 else "fair" if near and near > 0.5 else ""
        row["override"] = (
            f"{row['override_owner']}: {row['override_reason']}" if row["is_overridden"] else None
        )
    return Table(
        "rules",
        "Rules against policy: borne, quarantined, overridden",
        [
            Column("rule_id", "Rule", "words"),
            Column("severity", "Severity"),
            Column("issue_count", "Faults", "count"),
            Column("account_count", "Accounts", "count"),
            Column("quarantined_rows", "Rows kept out", "count"),
            Column("arr_at_stake", "ARR at stake", "money"),
            Column("arr_share", "Share of ARR", "share", tone="tone"),
            Column("max_arr_share", "Stops the run above", "share"),
            Column("owner_team", "Mended by"),
            Column("override", "Overridden by"),
        ],
        rows,
    )


def suite_table(marts: Marts) -> Table | None:
    """Each suite on the newest day of its stage."""
    if not marts.has("fct_quality_results"):
        return None
    rows = marts.rows(
        "with newest as (select stage, max(as_of_date) as as_of_date "
        "from marts.fct_quality_results group by stage) "
        "select results.stage, results.suite, results.table_name, max(results.owner) as owner, "
        "results.as_of_date, count(*) as checks, "
        "sum(case when results.is_passed then 1 else 0 end) as passed, "
        "sum(case when results.is_passed then 0 else 1 end) as failed, "
        "sum(results.unexpected_count) as unexpected_count, "
        "max(results.element_count) as element_count "
        "from marts.fct_quality_results as results inner join newest "
        "on newest.stage = results.stage and newest.as_of_date = results.as_of_date "
        "group by results.stage, results.suite, results.table_name, results.as_of_date "
        "order by failed desc, results.stage, results.suite"
    )
    for row in rows:
        row["tone"] = "fair" if row["failed"] else "good"
    return Table(
        "suites",
        "Suites: what was expected and what was observed, the newest day of gate and of audit",
        [
            Column("suite", "Suite", "words"),
            Column("stage", "Stage"),
            Column("table_name", "Table", "code"),
            Column("checks", "Expectations", "count"),
            Column("passed", "Met", "count"),
            Column("failed", "Not met", "count", tone="tone"),
            Column("unexpected_count", "Failing rows", "count"),
            Column("element_count", "Rows judged", "count"),
            Column("owner", "Owner"),
            Column("as_of_date", "Day", "day"),
        ],
        rows,
        "No suite has been kept yet.",
    )


def failure_table(marts: Marts) -> Table | None:
    """Expectations that weren't met on the newest day, and on how many kept days before."""
    if not marts.has("fct_quality_results"):
        return None
    rows = marts.rows(
        "with failures as (select stage, suite, check_name, count(*) as days, "
        "min(as_of_date) as since from marts.fct_quality_results where not is_passed "
        "group by stage, suite, check_name), newest as (select stage, max(as_of_date) as "
        "as_of_date from marts.fct_quality_results group by stage) "
        "select results.*, failures.days, failures.since "
        "from marts.fct_quality_results as results "
        "inner join newest on newest.stage = results.stage "
        "and newest.as_of_date = results.as_of_date "
        "inner join failures on failures.stage = results.stage "
        "and failures.suite = results.suite and failures.check_name = results.check_name "
        "where not results.is_passed "
        "order by results.arr_at_stake desc nulls last, results.suite, results.check_name"
    )
    for row in rows:
        row["expected"] = words(row["check_name"])
        row["kept_by"] = f"{row['description']} {row['owner']}: {row['remedy']}"
        row["tone"] = "poor" if row["ruling"] == "blocks" else "fair"
    return Table(
        "expectations-not-met",
        "Expectations that were not met, with a sample of the records",
        [
            Column("expected", "Expected", note="kept_by", wide=True),
            Column("table_name", "Table", "code"),
            Column("ruling", "What followed", tone="tone"),
            Column("unexpected_count", "Failing rows", "count"),
            Column("element_count", "Of", "count"),
            Column("arr_at_stake", "ARR at stake", "money"),
            Column("sampled_keys", "Sampled", "code"),
            Column("since", "Since", "day"),
        ],
        rows,
        "Every expectation was met.",
        file_only=[
            Column("suite", "Suite"),
            Column("check_name", "Expectation"),
            Column("owner", "Owner"),
            Column("description", "What goes wrong"),
            Column("remedy", "What to do"),
            Column("days", "Days on which it failed"),
        ],
    )


def calendar_table(marts: Marts) -> Table | None:
    """The newest period of each duty, and every one that is overdue."""
    if not marts.has("rpt_governance_calendar"):
        return None
    rows = marts.rows(
        "select calendar.*, last.done_period, last.report_file as last_report "
        "from (select *, row_number() over (partition by duty_id order by period_end_date desc) "
        "as periods_ago from marts.rpt_governance_calendar) as calendar "
        "left join (select duty_id, max(period_end_date) as done_period, "
        "max(report_file) as report_file from marts.rpt_governance_calendar "
        "where done_date is not null group by duty_id) as last on last.duty_id = calendar.duty_id "
        "where calendar.periods_ago = 1 or calendar.is_overdue "
        "order by calendar.is_overdue desc, calendar.due_date, calendar.duty_id"
    )
    for row in rows:
        row["tone"] = {"overdue": "poor", "done_late": "fair", "done": "good"}.get(
            row["status"], ""
        )
    return Table(
        "governance-calendar",
        "Reviews: the newest period of each, and what is overdue",
        [
            Column("duty_name", "Review"),
            Column("cadence", "How often"),
            Column("owner_team", "Answers for it"),
            Column("period_end_date", "Period to", "day"),
            Column("due_date", "Due", "day"),
            Column("status", "Status", "words", tone="tone"),
            Column("done_period", "Last report, to", "day", link="last_report"),
        ],
        rows,
    )
