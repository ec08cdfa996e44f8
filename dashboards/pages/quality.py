"""Data quality: what a governance review is run from, and each team's list of what to mend."""

from __future__ import annotations

from typing import Any

from dashboards.charts import Chart, line_chart
from dashboards.formats import share, words
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.tables import Column, Table

SLICES = {
    "system": "system",
    "segment": "segment",
    "owner": "account owner",
    "csm": "CSM",
}


def quality_page(marts: Marts) -> Page:
    """Accuracy, faults by rule and owner, sources, suites, quarantine and overrides."""
    fields = _accuracy(marts, "company")
    fixes = _fixes(marts)
    return Page(
        file="quality.html",
        title="Data quality",
        question="What is wrong in the data, who mends it by when, and what does it put at stake?",
        template="quality.html",
        content={
            "fields": fields,
            "charts": _accuracy_chart(marts),
            "teams": _teams(fixes),
            "volume_charts": _volume_chart(marts),
        },
        tables=[
            table
            for table in (
                *_accuracy_tables(marts),
                _team_table(fixes),
                *_fix_tables(fixes),
                _identity_table(fixes),
                _rule_table(marts),
                *_freshness_tables(marts),
                _low_days_table(marts),
                _drift_table(marts),
                _suite_table(marts),
                _failure_table(marts),
            )
            if table
        ],
    )


def _accuracy(marts: Marts, slice_type: str) -> list[Row]:
    """The newest week of each field and slice value beside a quarter (13 weeks) before."""
    if not marts.has("rpt_required_field_accuracy_weekly"):
        return []
    return marts.rows(
        "select now.field_name, now.slice_value, coalesce(csms.csm_name, now.slice_value) "
        "as slice_name, now.required_values, now.valid_values, now.data_accuracy_rate, "
        "now.data_accuracy_rate - past.data_accuracy_rate as quarter_change, now.arr_at_stake, "
        "now.measured_date "
        "from marts.rpt_required_field_accuracy_weekly as now "
        "left join marts.rpt_required_field_accuracy_weekly as past "
        "on past.field_name = now.field_name and past.slice_type = now.slice_type "
        "and past.slice_value = now.slice_value "
        "and past.week_end_date = now.week_end_date - interval 91 day "
        "left join marts.dim_csms as csms on csms.csm_user_id = now.slice_value "
        "where now.slice_type = ? and now.week_end_date = "
        "(select max(week_end_date) from marts.rpt_required_field_accuracy_weekly) "
        "order by now.field_name desc, now.data_accuracy_rate, now.arr_at_stake desc",
        [slice_type],
    )


def _accuracy_chart(marts: Marts) -> list[Chart]:
    if not marts.has("rpt_required_field_accuracy_weekly"):
        return []
    rows = marts.rows(
        "select measured_date as day, field_name, data_accuracy_rate as rate "
        "from marts.rpt_required_field_accuracy_weekly where slice_type = 'company' "
        "order by field_name, measured_date"
    )
    if not rows:
        return []
    newest = {row["field_name"]: row["rate"] for row in rows}
    told = ", ".join(f"{words(name)} {share(rate)}" for name, rate in newest.items())
    named = [{**row, "field_name": words(row["field_name"])} for row in rows]
    return [
        line_chart(
            "Required fields that are there and valid, week by week",
            named,
            "day",
            "rate",
            "field_name",
            ".1%",
            f"Newest week: {told}.",
        )
    ]


def _accuracy_tables(marts: Marts) -> list[Table]:
    """One row for each system, segment, owner and CSM, with every field beside it."""
    tables = []
    for slice_type, label in SLICES.items():
        found = _accuracy(marts, slice_type)
        fields = sorted({row["field_name"] for row in found})
        rows: dict[str, Row] = {}
        for one in found:
            name = one["field_name"]
            row = rows.setdefault(one["slice_value"], {"slice": one["slice_name"], "all_arr": 0})
            row[f"{name}_rate"] = one["data_accuracy_rate"]
            row[f"{name}_arr"] = one["arr_at_stake"]
            row["all_arr"] += one["arr_at_stake"]
            row[f"{name}_tone"] = "fair" if one["data_accuracy_rate"] < 1 else ""
        columns = [
            Column(
                "slice", words(label), "words" if slice_type in ("segment", "system") else "text"
            )
        ]
        for name in fields:
            columns += [
                Column(
                    f"{name}_rate", words(name), "share", "data_accuracy_rate", tone=f"{name}_tone"
                ),
                Column(f"{name}_arr", f"{words(name)}: ARR at stake", "money"),
            ]
            for row in rows.values():
                row.setdefault(f"{name}_rate", None)
                row.setdefault(f"{name}_arr", None)
                row.setdefault(f"{name}_tone", "")
        if rows:
            tables.append(
                Table(
                    f"accuracy-by-{slice_type}",
                    f"Required fields that are there and valid, by {label}",
                    columns,
                    sorted(rows.values(), key=lambda row: (-row["all_arr"], row["slice"])),
                )
            )
    return tables


def _fixes(marts: Marts) -> list[Row]:
    if not marts.has("rpt_data_quality_fix_list"):
        return []
    rows = marts.rows(
        "select * from marts.rpt_data_quality_fix_list order by is_overdue desc, arr_at_stake desc,"
        " due_date nulls last, issue_id"
    )
    for row in rows:
        row["account"] = row["account_name"] or row["account_id"]
        row["system"] = words(row["source_system"])
        row["owner"] = row["owner_name"] or row["owner_user_id"]
        row["overdue_tone"] = "poor" if row["is_overdue"] else ""
    return rows


def _by_team(fixes: list[Row]) -> dict[str, list[Row]]:
    teams: dict[str, list[Row]] = {}
    for row in fixes:
        teams.setdefault(row["owner_team"] or "(nobody)", []).append(row)
    return dict(sorted(teams.items()))


def _teams(fixes: list[Row]) -> list[Row]:
    """Each team with its open and overdue faults, and the ARR behind them, an account once."""
    found = []
    for team, rows in _by_team(fixes).items():
        stakes: dict[Any, Any] = {}
        for row in rows:
            key = row["account_id"] or row["issue_id"]
            stakes[key] = max(stakes.get(key, 0), row["arr_at_stake"] or 0)
        found.append(
            {
                "team": team,
                "name": file_name(team),
                "open": len(rows),
                "overdue": sum(row["is_overdue"] for row in rows),
                "oldest": max(
                    (row["age_days"] for row in rows if row["age_days"] is not None), default=None
                ),
                "next_due": min(
                    (row["due_date"] for row in rows if row["due_date"] and not row["is_overdue"]),
                    default=None,
                ),
                "arr_at_stake": sum(stakes.values()),
            }
        )
    return sorted(found, key=lambda row: (-row["arr_at_stake"], row["team"]))


def file_name(team: str) -> str:
    """A team's name as a file and an anchor have it."""
    return "fix-list-" + "".join(c if c.isalnum() else "-" for c in team.lower()).strip("-")


def _team_table(fixes: list[Row]) -> Table | None:
    rows = _teams(fixes)
    for row in rows:
        row["link"] = f"#{row['name']}"
        row["tone"] = "poor" if row["overdue"] else ""
    return Table(
        "faults-by-team",
        "Who has to mend what",
        [
            Column("team", "Team", link="link"),
            Column("open", "Open faults", "count"),
            Column("overdue", "Overdue", "count", tone="tone"),
            Column("oldest", "Oldest", "days"),
            Column("next_due", "Next due", "day"),
            Column("arr_at_stake", "ARR at stake", "money"),
        ],
        rows,
        "No fault is open.",
    )


FIX_COLUMNS = [
    Column("account", "Account"),
    Column("fault", "What is wrong, and what to do", note="remedy", wide=True),
    Column("record_id", "Record", "code", link="record_url", note="system"),
    Column("owner", "Account owner", "code"),
    Column("first_seen_date", "Since", "day"),
    Column("due_date", "Due", "day", tone="overdue_tone"),
    Column("arr_at_stake", "ARR at stake", "money"),
]
FIX_FILE_COLUMNS = [
    Column("source_system", "System"),
    Column("remedy", "What to do"),
    Column("age_days", "Age in days"),
    Column("is_overdue", "Overdue"),
    Column("escalates_to", "Escalates to"),
    Column("rule_id", "Rule"),
    Column("account_id", "Account id"),
    Column("contract_table", "Table"),
    Column("record_url", "Link"),
]


def _fix_tables(fixes: list[Row]) -> list[Table]:
    return [
        Table(file_name(team), f"Fix list of {team}", FIX_COLUMNS, rows, file_only=FIX_FILE_COLUMNS)
        for team, rows in _by_team(fixes).items()
    ]


def _identity_table(fixes: list[Row]) -> Table | None:
    rules = {"duplicate_key", "unresolved_account", "alternate_id_spelling", "orphan_reference"}
    rows = [row for row in fixes if row["rule_id"] in rules]
    return Table(
        "duplicates-and-unresolved-ids",
        "Duplicates, ids that belong to nobody, and references to nothing",
        [
            Column("rule_id", "Rule", "words"),
            Column("source_system", "System", "words"),
            Column("contract_table", "Table", "code"),
            Column("record_id", "Record", "code", link="record_url"),
            Column("account", "Account"),
            Column("fault", "What is wrong"),
            Column("first_seen_date", "Since", "day"),
            Column("arr_at_stake", "ARR at stake", "money"),
        ],
        sorted(rows, key=lambda row: (row["rule_id"], row["source_system"] or "")),
        "Every record is there once, and every id means an account.",
    )


def _rule_table(marts: Marts) -> Table | None:
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


def _freshness_tables(marts: Marts) -> list[Table]:
    """The sources that policy expects to move, then the others."""
    if not marts.has("rpt_source_freshness"):
        return []
    rows = marts.rows(
        "select * from marts.rpt_source_freshness order by is_stale desc nulls last, "
        "target_hours nulls last, freshness_hours, source_system, contract_table"
    )
    for row in rows:
        row["verdict"] = {True: "late", False: "on time", None: None}[row["is_stale"]]
        row["tone"] = {True: "poor", False: "good", None: ""}[row["is_stale"]]
    columns = [
        Column("source_system", "System", "words"),
        Column("contract_table", "Table", "code"),
        Column("verdict", "Verdict", tone="tone"),
        Column("freshness_hours", "Age of the newest", "hours", "data_freshness_hours"),
        Column("target_hours", "Expected within", "hours"),
        Column("newest_at", "Newest record (UTC)", "moment"),
        Column("record_count", "Records", "count"),
        Column("first_date", "Reaches back to", "day"),
    ]
    return [
        Table(
            "freshness",
            "Sources that are expected to move, at the end of the as-of day",
            columns,
            [row for row in rows if row["is_stale"] is not None],
            "Policy expects no source to move.",
        ),
        Table(
            "freshness-others",
            "Sources of which nothing is expected",
            [column for column in columns if column.key not in ("verdict", "target_hours")],
            [row for row in rows if row["is_stale"] is None],
        ),
    ]


def _volume_chart(marts: Marts) -> list[Chart]:
    """Records a day of the sources that policy expects to move daily."""
    if not marts.has("rpt_source_volume_daily", "rpt_source_freshness"):
        return []
    rows = marts.rows(
        "select date_day as day, source_system || ' ' || contract_table as source, "
        "record_count as records from marts.rpt_source_volume_daily as volume "
        "where exists (select 1 from marts.rpt_source_freshness as fresh where "
        "fresh.contract_table = volume.contract_table and fresh.target_hours <= 24) "
        "order by 2, 1"
    )
    if not rows:
        return []
    charts = []
    for source in dict.fromkeys(row["source"] for row in rows):
        own = [row for row in rows if row["source"] == source]
        newest, mean = own[-1]["records"], sum(row["records"] for row in own) / len(own)
        charts.append(
            line_chart(
                f"{words(source)}: records a day",
                own,
                "day",
                "records",
                number=",.0f",
                alternative=f"{newest:,} on the last day; {mean:,.0f} a day on average.",
                zero=True,
            )
        )
    return charts


def _low_days_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_source_volume_daily", "rpt_source_freshness"):
        return None
    rows = marts.rows(
        "select volume.* from marts.rpt_source_volume_daily as volume where is_low and exists ("
        "select 1 from marts.rpt_source_freshness as fresh where fresh.contract_table = "
        "volume.contract_table and fresh.target_hours is not null) "
        "order by date_day desc, source_system, contract_table"
    )
    return Table(
        "low-days",
        "Days on which a source delivered far less than usual, last quarter",
        [
            Column("date_day", "Day", "day"),
            Column("source_system", "System", "words"),
            Column("contract_table", "Table", "code"),
            Column("record_count", "Records", "count"),
            Column("usual_rows", "Usual on that weekday", "count"),
        ],
        rows,
        "No source fell below its usual volume.",
        limit=30,
    )


def _drift_table(marts: Marts) -> Table | None:
    if not marts.has("fct_load_files"):
        return None
    rows = marts.rows(
        "select source_system, table_name, source_file, status, unknown_columns, missing_columns, "
        "rows_landed, lines_rejected, message from marts.fct_load_files "
        "where coalesce(unknown_columns, '') <> '' or coalesce(missing_columns, '') <> '' "
        "or lines_rejected > 0 or status not in ('landed', 'unchanged') "
        "order by source_system, table_name, source_file"
    )
    return Table(
        "schema-drift",
        "Files with columns that nobody expected, that lack some, or with lines that can't be read",
        [
            Column("source_system", "System", "words"),
            Column("source_file", "File", "code"),
            Column("status", "Status"),
            Column("unknown_columns", "Unknown columns", "code"),
            Column("missing_columns", "Missing columns", "code"),
            Column("rows_landed", "Rows landed", "count"),
            Column("lines_rejected", "Lines rejected", "count"),
            Column("message", "Message"),
        ],
        rows,
        "Every file has the columns that were expected, and every line could be read.",
    )


def _suite_table(marts: Marts) -> Table | None:
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


def _failure_table(marts: Marts) -> Table | None:
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
