"""Capacity: each CSM's book against its targets, and the plan with its gap by scenario."""

from __future__ import annotations

from dashboards.charts import Chart
from dashboards.drawings import bar_chart, trend_chart
from dashboards.formats import day, share, words
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.tables import Column, Table
from dashboards.theme import Figure, Section, present, theme_page

COLOURS = {
    "Over": "band-red",
    "Within": "band-green",
    "Under": "band-yellow",
    "Unowned": "none",
}
ON_STAFF, REQUIRED = "On staff", "Required"


def capacity_page(marts: Marts) -> Page:
    """Books today, moves that would even them out, and the next eighteen months."""
    books = _books(marts)
    return theme_page(
        "capacity.html",
        "Capacity",
        "Whose book is too full, what would even it out, and when will there be too few CSMs?",
        [*_book_figures(books), *_plan_figures(marts)],
        [
            Section("books", "Books against targets", charts=_book_charts(books),
                    tables=present(_book_table(books))),
            Section("moves", "Accounts that could move",
                    tables=present(_pool_table(marts), _move_table(marts))),
            Section("plan", "The plan",
                    "CSMs that the expected customers need, against those on staff after planned "
                    "hires, leavers and attrition. A gap above zero is CSMs missing.",
                    charts=_plan_charts(marts), tables=present(_plan_table(marts)),
                    folded=present(_plan_month_table(marts))),
        ],
        "The marts of capacity are not in this version.",
    )  # fmt: skip


def _books(marts: Marts) -> list[Row]:
    """The books of the newest month, the fullest first."""
    if not marts.has("fct_csm_capacity_monthly"):
        return []
    join, name = "", "books.book_id"
    if marts.has("dim_csms"):
        join = "left join marts.dim_csms as csms on csms.csm_user_id = books.csm_user_id "
        name = "coalesce(csms.csm_name, books.book_id)"
    rows = marts.rows(
        f"select case when books.utilization_status = 'unowned' then 'No CSM' else {name} end "
        "as csm_name, books.role_label, books.team, books.segment, books.utilization_status, "
        "books.closing_accounts, books.target_accounts, books.account_utilization, "
        "books.closing_arr, books.target_arr, books.book_utilization, books.effort_utilization, "
        "books.productive_fte, books.month_start_date, case books.utilization_status "
        "when 'over' then 'poor' when 'under' then 'fair' else '' end as tone "
        f"from marts.fct_csm_capacity_monthly as books {join}"
        "where books.month_start_date = "
        "(select max(month_start_date) from marts.fct_csm_capacity_monthly) "
        "order by greatest(books.account_utilization, books.effort_utilization, "
        "books.book_utilization) desc nulls last, csm_name"
    )
    for row in rows:
        row["status"] = words(row["utilization_status"])
    return rows


def _book_figures(books: list[Row]) -> list[Figure]:
    return [
        Figure(f"Books {status}", sum(row["utilization_status"] == status for row in books),
               "count", note,
               status="poor" if status == "over" and any(
                   row["utilization_status"] == "over" for row in books) else "")
        for status, note in (("over", "more than the target"), ("within", "as they should be"),
                             ("under", "room for more"))
        if books
    ]  # fmt: skip


def _book_charts(books: list[Row]) -> list[Chart]:
    owned = [row for row in books if row["utilization_status"] != "unowned"]
    charts = []
    for key, title in (
        ("account_utilization", "Accounts, as a share of the target"),
        ("effort_utilization", "Hours, as a share of those available"),
    ):
        rows = sorted(
            (row for row in owned if row[key] is not None), key=lambda row: -float(row[key])
        )
        if rows:
            told = ", ".join(f"{row['csm_name']} {share(row[key])}" for row in rows[:8])
            charts.append(
                bar_chart(title, rows, "csm_name", key, "%", f"{told}.", COLOURS, "status", 1.0)
            )
    return charts


def _book_table(books: list[Row]) -> Table | None:
    if not books:
        return None
    return Table(
        "books-against-targets",
        f"Books in the month from {day(books[0]['month_start_date'])}, the fullest first",
        [
            Column("csm_name", "CSM"),
            Column("team", "Team"),
            Column("status", "Book", tone="tone"),
            Column("closing_accounts", "Accounts", "count", "book_accounts"),
            Column("target_accounts", "Target", "count", "book_target_accounts"),
            Column("account_utilization", "of target", "share", "account_utilization"),
            Column("closing_arr", "ARR", "money", "book_arr"),
            Column("book_utilization", "of target", "share", "book_utilization"),
            Column("effort_utilization", "of hours", "share", "effort_utilization"),
        ],
        books,
        limit=60,
    )


def _pool_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_book_rebalancing_plans"):
        return None
    rows = marts.rows(
        "select replace(pool_id, '_', ' ') as pool_id, books, accounts, books_over_before, "
        "moves, status_text "
        "from marts.rpt_book_rebalancing_plans order by moves desc nulls last, pool_id"
    )
    return Table(
        "rebalancing",
        "What would bring every book within its targets",
        [
            Column("pool_id", "Pool"),
            Column("books", "Books", "count"),
            Column("accounts", "Accounts", "count"),
            Column("books_over_before", "Books over", "count"),
            Column("moves", "Moves", "count"),
            Column("status_text", "Result", wide=True),
        ],
        rows,
        "No pool of books was looked at.",
    )


def _move_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_book_rebalancing", "dim_csms"):
        return None
    rows = marts.rows(
        "select moves.account_name, moves.segment, moves.arr, moves.effort_hours, "
        "coalesce(giver.csm_name, moves.from_csm_user_id) as from_name, "
        "coalesce(taker.csm_name, moves.to_csm_user_id) as to_name "
        "from marts.rpt_book_rebalancing as moves "
        "left join marts.dim_csms as giver on giver.csm_user_id = moves.from_csm_user_id "
        "left join marts.dim_csms as taker on taker.csm_user_id = moves.to_csm_user_id "
        "order by moves.arr desc nulls last, moves.account_name"
    )
    return Table(
        "moves",
        "Proposed moves; a person decides",
        [
            Column("account_name", "Account"),
            Column("from_name", "From"),
            Column("to_name", "To"),
            Column("arr", "ARR", "money", "arr"),
            Column("effort_hours", "Hours a month", "points"),
            Column("segment", "Segment", "words"),
        ],
        rows,
        "No move is needed.",
        limit=15,
    )


def _plan(marts: Marts) -> list[Row]:
    """Each scenario month by month, all segments together."""
    if not marts.has("rpt_capacity_plan_monthly"):
        return []
    return marts.rows(
        "select scenario, month_start_date as month, sum(csms_required) as csms_required, "
        "sum(csms_on_staff) as csms_on_staff, sum(coverage_gap) as coverage_gap, "
        "sum(customers) as customers, sum(staff_cost) as staff_cost "
        "from marts.rpt_capacity_plan_monthly group by 1, 2 "
        "order by case scenario when 'base' then 0 else 1 end, scenario, month_start_date"
    )


def _plan_figures(marts: Marts) -> list[Figure]:
    """In each scenario, the first month in which any segment is short, and the gap at the end."""
    if not marts.has("rpt_capacity_plan_monthly"):
        return []
    rows = marts.rows(
        "with totals as (select scenario, month_start_date, "
        "min(first_short_month_date) as short_month, sum(coverage_gap) as gap, "
        "max_by(segment, coverage_gap) as worst_segment, max(coverage_gap) as worst_gap "
        "from marts.rpt_capacity_plan_monthly group by 1, 2) "
        "select scenario, min(short_month) as short_month, "
        "max_by(worst_segment, month_start_date) as segment, "
        "max_by(worst_gap, month_start_date) as gap, max(month_start_date) as month "
        "from totals group by scenario "
        "order by case scenario when 'base' then 0 else 1 end, scenario"
    )
    return [
        Figure(f"First short month, {words(row['scenario']).lower()}",
               f"{row['short_month']:%b %Y}" if row["short_month"] else "none", "text",
               f"{words(row['segment'])}: gap {float(row['gap']):+.1f} CSMs "
               f"in {row['month']:%B %Y}".replace("-", "\u2212")
               if row["gap"] is not None else "", status="fair" if row["short_month"] else "good")
        for row in rows
    ]  # fmt: skip


def _plan_charts(marts: Marts) -> list[Chart]:
    found = _plan(marts)
    charts = []
    for scenario in dict.fromkeys(row["scenario"] for row in found):
        own = [row for row in found if row["scenario"] == scenario]
        rows = [
            {"month": row["month"], "csms": row[key], "which": which}
            for key, which in (("csms_on_staff", ON_STAFF), ("csms_required", REQUIRED))
            for row in own
        ]
        last = own[-1]
        charts.append(
            trend_chart(f"CSMs, all segments: {words(scenario).lower()}", rows, "month", "csms",
                        "which", "~g",
                        f"In {last['month']:%B %Y}: {float(last['csms_on_staff']):.1f} on staff, "
                        f"{float(last['csms_required']):.0f} required.", dashed=REQUIRED)
        )  # fmt: skip
    return charts


def _plan_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_capacity_plan_monthly"):
        return None
    rows = marts.rows(
        "select scenario, segment, annual_growth_rate, growth_source, customers, csms_required, "
        "csms_on_staff, coverage_gap, staff_cost, first_short_month_date, month_start_date, "
        "case when coverage_gap > 0 then 'poor' else '' end as tone "
        "from marts.rpt_capacity_plan_monthly as plan where month_start_date = "
        "(select max(month_start_date) from marts.rpt_capacity_plan_monthly) "
        "order by case scenario when 'base' then 0 else 1 end, scenario, segment"
    )
    if not rows:
        return None
    return Table(
        "capacity-plan",
        f"The plan at its end, {rows[0]['month_start_date']:%B %Y}",
        [
            Column("segment", "Segment", "words"),
            Column("scenario", "Scenario", "words"),
            Column("annual_growth_rate", "Growth a year", "share"),
            Column("customers", "Customers", "count"),
            Column("csms_required", "Required", "count", "csms_required"),
            Column("csms_on_staff", "On staff", "points", "csms_on_staff"),
            Column("coverage_gap", "Gap", "number", "coverage_gap", tone="tone"),
            Column("first_short_month_date", "First short", "day"),
            Column("staff_cost", "Cost a month", "money", "csm_staff_cost"),
        ],
        rows,
    )


def _plan_month_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_capacity_plan_monthly"):
        return None
    rows = marts.rows(
        "select scenario, segment, month_start_date, customers, effort_hours, rostered_fte, "
        "planned_hires_fte, planned_leavers_fte, attrition_fte, csms_on_staff, csms_required, "
        "coverage_gap, staff_cost, required_cost from marts.rpt_capacity_plan_monthly "
        "order by case scenario when 'base' then 0 else 1 end, scenario, segment, month_start_date"
    )
    return Table(
        "capacity-plan-by-month",
        "Every scenario, segment and month",
        [
            Column("segment", "Segment", "words"),
            Column("scenario", "Scenario", "words"),
            Column("month_start_date", "Month from", "day"),
            Column("customers", "Customers", "count"),
            Column("effort_hours", "Hours", "count"),
            Column("csms_required", "Required", "count"),
            Column("csms_on_staff", "On staff", "number"),
            Column("coverage_gap", "Gap", "number"),
            Column("staff_cost", "Cost", "money"),
        ],
        rows,
        "There is no plan.",
        file_only=[Column("rostered_fte", "FTE in the roster"),
                   Column("planned_hires_fte", "Planned hires"),
                   Column("planned_leavers_fte", "Planned leavers"),
                   Column("attrition_fte", "Expected attrition"),
                   Column("required_cost", "Cost of what is required")],
        limit=54,
    )  # fmt: skip
