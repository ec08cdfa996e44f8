"""Renewals: what is due when, what is expected of it, and how good past forecasts were."""

from __future__ import annotations

from dashboards.charts import Chart
from dashboards.drawings import range_chart, trend_chart
from dashboards.formats import share, short_money, words
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.tables import Column, Table
from dashboards.theme import Figure, Section, present, theme_page

WINDOWS = (30, 60, 90, 180)
HORIZON = 90
FORECASTERS = {
    "expected": "Expected (this house)",
    "crm_commit": "CRM: commit",
    "crm_best_case": "CRM: best case",
    "crm_pipeline": "CRM: pipeline",
    "last_year": "Last year's rate",
    "last_year_on_open": "Last year's rate on what is open",
}
NAMED = "case forecaster {} else forecaster end".format(
    " ".join(
        f"when '{key}' then '{name.replace(chr(39), chr(39) * 2)}'"
        for key, name in FORECASTERS.items()
    )
)


def renewals_page(marts: Marts) -> Page:
    """The calendar, the forecast and its record."""
    quarters = by_quarter(marts)
    return theme_page(
        "renewals.html",
        "Renewals",
        "What is due in the next half year, how much of it will stay, and can that forecast be "
        "believed?",
        [*_window_figures(marts), *_rate_figures(quarters, marts)],
        [
            Section("calendar", "Calendar: due within 180 days",
                    tables=present(_window_table(marts), _calendar_table(marts))),
            Section("forecast", "Forecast against what came",
                    charts=[*forecast_chart(marts), *_accuracy_chart(marts)],
                    tables=present(_quarter_table(quarters))),
            Section("accuracy", "Who forecast best, 90 days before the quarter's end",
                    "One less the error as a share of what came. Past forecasts are what was said "
                    "on that day, not what would be said now.",
                    tables=present(_forecaster_table(marts)),
                    folded=present(_accuracy_table(marts))),
        ],
        "The marts of renewals are not in this version.",
    )  # fmt: skip


def _windows(marts: Marts) -> list[Row]:
    """Open renewals due within so many days of the as-of day, and those overdue."""
    if not marts.has("fct_renewals"):
        return []
    return marts.rows(
        "with windows as (select unnest([30, 60, 90, 180]) as days union all select 0) "
        "select windows.days, "
        "case when windows.days = 0 then 'overdue' else 'within ' || windows.days || ' days' end "
        "as due, count(renewals.contract_id) as contracts, "
        "coalesce(sum(renewals.undecided_arr), 0) as open_arr, "
        "coalesce(sum(case when renewals.is_at_risk then renewals.undecided_arr end), 0) "
        "as at_risk_arr, count(case when renewals.is_at_risk then 1 end) as at_risk_contracts "
        "from windows left join marts.fct_renewals as renewals "
        "on (renewals.outcome = 'pending' and windows.days > 0 and renewals.due_date "
        "between cast(? as date) and cast(? as date) + windows.days) "
        "or (renewals.outcome = 'overdue' and windows.days = 0) "
        "group by windows.days order by windows.days",
        [marts.as_of, marts.as_of],
    )


def _window_figures(marts: Marts) -> list[Figure]:
    found = {row["days"]: row for row in _windows(marts)}
    return [
        Figure(
            f"Open, due within {days} days",
            found[days]["open_arr"],
            "short_money",
            f"{found[days]['contracts']} contracts; {short_money(found[days]['at_risk_arr'])} "
            "at risk",
            "renewals_due_90d" if days == HORIZON else "",
        )
        for days in WINDOWS
        if days in found
    ]


def _rate_figures(quarters: list[Row], marts: Marts) -> list[Figure]:
    complete = [row for row in quarters if row["is_quarter_complete"] and row["due_logos"]]
    figures = []
    if complete:
        newest = complete[0]
        for name, label in (
            ("renewal_rate_arr", "ARR renewed"),
            ("on_time_renewal_rate", "Renewed on time"),
        ):
            figures.append(
                Figure(f"{label}, {newest['due_quarter']}", newest[name], "share",
                       "of what was due in the newest complete quarter", name,
                       trend=[row[name] for row in complete[:8]][::-1])
            )  # fmt: skip
    records = [row for row in _records(marts) if row["forecaster_id"] == "expected"]
    if records:
        figures.append(
            Figure("Forecast accuracy", records[0]["newest_accuracy"], "share",
                   f"{records[0]['newest_quarter']}, 90 days before its end",
                   "forecast_accuracy")
        )  # fmt: skip
    return figures


def _window_table(marts: Marts) -> Table | None:
    rows = _windows(marts)
    if not rows:
        return None
    return Table(
        "renewal-windows",
        "Open renewals by when they are due; a wider window holds the narrower ones",
        [
            Column("due", "Due", "words"),
            Column("contracts", "Contracts", "count"),
            Column("open_arr", "Open ARR", "money"),
            Column("at_risk_contracts", "At risk", "count"),
            Column("at_risk_arr", "ARR at risk", "money", "arr_at_risk"),
        ],
        rows,
    )


def _calendar_table(marts: Marts) -> Table | None:
    if not marts.has("fct_renewals", "dim_accounts"):
        return None
    csm = "null" if not marts.has("dim_csms") else "csms.csm_name"
    join = (
        "left join marts.dim_csms as csms on csms.csm_user_id = renewals.csm_user_id "
        if marts.has("dim_csms")
        else ""
    )
    rows = marts.rows(
        "select renewals.due_date, accounts.account_name, renewals.segment, "
        f"{csm} as csm_name, renewals.undecided_arr, renewals.forecast_category, "
        "coalesce(renewals.health_band_now, 'no score') as health, renewals.is_at_risk, "
        "case renewals.health_band_now when 'green' then 'good' when 'yellow' then 'fair' "
        "when 'red' then 'poor' else '' end as tone, renewals.outcome, "
        "case when renewals.is_at_risk then 'poor' else '' end as risk_tone, "
        "renewals.notice_deadline_date, renewals.due_date - cast(? as date) as days, "
        "renewals.contract_id from marts.fct_renewals as renewals "
        "left join marts.dim_accounts as accounts on accounts.account_id = renewals.account_id "
        f"{join}"
        "where renewals.outcome = 'overdue' or (renewals.outcome = 'pending' "
        "and renewals.due_date between cast(? as date) and cast(? as date) + 180) "
        "order by renewals.due_date, renewals.undecided_arr desc, renewals.contract_id",
        [marts.as_of] * 3,
    )
    return Table(
        "renewal-calendar",
        "Open renewals of the next 180 days and those overdue, the next first",
        [
            Column("account_name", "Account"),
            Column("due_date", "Due", "day"),
            Column("days", "In days", "count"),
            Column("undecided_arr", "Open ARR", "money"),
            Column("is_at_risk", "At risk", "flag", tone="risk_tone"),
            Column("health", "Health", "words", tone="tone"),
            Column("forecast_category", "CRM says", "words"),
            Column("notice_deadline_date", "Notice by", "day"),
            Column("csm_name", "CSM"),
        ],
        rows,
        "No renewal is open in the next 180 days.",
        file_only=[Column("segment", "Segment"), Column("outcome", "State"),
                   Column("contract_id", "Contract id")],
        limit=25,
    )  # fmt: skip


def by_quarter(marts: Marts) -> list[Row]:
    """The company's quarters with anything due, from two years back to one ahead, newest first."""
    if not marts.has("rpt_renewals_quarterly"):
        return []
    return marts.rows(
        "select due_quarter, quarter_start_date, due_logos, due_arr, retained_arr, churned_arr, "
        "undecided_arr, forecast_low_arr, forecast_arr, forecast_high_arr, forecast_rate, "
        "at_risk_arr, at_risk_accounts, renewal_rate_arr, renewal_rate_logo, "
        "on_time_renewal_rate, is_quarter_complete from marts.rpt_renewals_quarterly "
        "where slice_type = 'company' and due_logos > 0 "
        "and quarter_start_date > cast(? as date) - interval 27 month "
        "and quarter_start_date <= cast(? as date) + interval 12 month "
        "order by quarter_start_date desc",
        [marts.as_of, marts.as_of],
    )


def forecast_chart(marts: Marts) -> list[Chart]:
    """Each quarter: what stayed, and what was said 90 days before (or is said now)."""
    quarters = by_quarter(marts)[::-1]
    said: dict[str, Row] = {}
    if marts.has("rpt_renewal_forecast_accuracy"):
        said = {
            row["due_quarter"]: row
            for row in marts.rows(
                "select due_quarter, forecast_low_arr, forecast_arr, forecast_high_arr "
                "from marts.rpt_renewal_forecast_accuracy where slice_type = 'company' "
                "and forecaster = 'expected' and horizon_days = ?",
                [HORIZON],
            )
        }
    if not quarters:
        return []
    rows = []
    for quarter in quarters:
        then = said.get(quarter["due_quarter"], {} if quarter["is_quarter_complete"] else quarter)
        rows.append(
            {
                "quarter": quarter["due_quarter"],
                "actual": quarter["retained_arr"],
                "value": then.get("forecast_arr"),
                "low": then.get("forecast_low_arr"),
                "high": then.get("forecast_high_arr"),
            }
        )
    told = "; ".join(
        f"{row['quarter']}: kept {short_money(row['actual'] or 0)}"
        + (f", forecast {short_money(row['value'])}" if row["value"] is not None else "")
        for row in rows[-6:]
    )
    names = {"actual": "Kept so far", "value": "Forecast, with its range"}
    return [range_chart("Renewals kept, and the forecast 90 days before (or now)", rows, "quarter",
                        "~s", f"{told}.", names)]  # fmt: skip


def _quarter_table(quarters: list[Row]) -> Table | None:
    if not quarters:
        return None
    return Table(
        "renewals-kept-by-quarter",
        "Renewals by the quarter that they are due in; the forecast is today's",
        [
            Column("due_quarter", "Quarter"),
            Column("due_logos", "Contracts", "count", "renewal_logos_due"),
            Column("due_arr", "ARR due", "money", "renewals_due"),
            Column("retained_arr", "Kept", "money", "renewals_retained"),
            Column("churned_arr", "Lost", "money"),
            Column("undecided_arr", "Open", "money"),
            Column("renewal_rate_arr", "Rate", "share", "renewal_rate_arr"),
            Column("on_time_renewal_rate", "On time", "share", "on_time_renewal_rate"),
            Column("forecast_arr", "Expected", "money", "renewal_forecast"),
            Column("forecast_low_arr", "Low", "money"),
            Column("forecast_high_arr", "High", "money"),
        ],
        quarters,
    )


def _accuracy(marts: Marts) -> list[Row]:
    if not marts.has("rpt_renewal_forecast_accuracy"):
        return []
    return marts.rows(
        f"select due_quarter, {NAMED} as forecaster, horizon_days, snapshot_date, due_arr, "
        "forecast_arr, actual_arr, absolute_error_arr, forecast_accuracy, forecast_bias, "
        "is_in_band, is_final, quarter_end_date from marts.rpt_renewal_forecast_accuracy "
        "where slice_type = 'company' order by quarter_end_date desc, horizon_days, "
        "forecast_accuracy desc nulls last, forecaster"
    )


def _records(marts: Marts) -> list[Row]:
    """Each forecaster's record over all quarters at 90 days, the best first."""
    if not marts.has("rpt_renewal_forecasters"):
        return []
    return marts.rows(
        f"select forecaster as forecaster_id, {NAMED} as forecaster, quarters, actual_arr, "
        "absolute_error_arr, accuracy, worst_accuracy, newest_accuracy, newest_quarter "
        "from marts.rpt_renewal_forecasters where slice_type = 'company' and horizon_days = ? "
        "order by accuracy desc, forecaster_id",
        [HORIZON],
    )


def _accuracy_chart(marts: Marts) -> list[Chart]:
    rows = [
        row
        for row in _accuracy(marts)[::-1]
        if row["horizon_days"] == HORIZON and row["forecast_accuracy"] is not None
    ]
    if not rows:
        return []
    order = list(FORECASTERS.values())
    rows.sort(key=lambda row: (order.index(row["forecaster"]) if row["forecaster"] in order
                               else len(order), row["quarter_end_date"]))  # fmt: skip
    told = "; ".join(f"{row['forecaster']} {share(row['accuracy'])}" for row in _records(marts))
    return [
        trend_chart("Accuracy by quarter, 90 days before its end", rows, "quarter_end_date",
                    "forecast_accuracy", "forecaster", "%", f"Over all quarters: {told}.")
    ]  # fmt: skip


def _forecaster_table(marts: Marts) -> Table | None:
    rows = _records(marts)
    if not rows:
        return None
    return Table(
        "forecasters",
        "Forecasters over all quarters that are known, 90 days before the end",
        [
            Column("forecaster", "Forecaster"),
            Column("quarters", "Quarters", "count"),
            Column("actual_arr", "ARR kept", "money"),
            Column("absolute_error_arr", "Error, summed", "money"),
            Column("accuracy", "Accuracy", "share", "forecast_accuracy"),
            Column("worst_accuracy", "Worst quarter", "share"),
            Column("newest_accuracy", "Newest", "share"),
        ],
        rows,
    )


def _accuracy_table(marts: Marts) -> Table | None:
    rows = _accuracy(marts)
    if not rows:
        return None
    for row in rows:
        row["horizon"] = words(f"{row['horizon_days']} days before")
    return Table(
        "forecast-accuracy",
        "Every forecast of every quarter: 90, 60 and 30 days before its end",
        [
            Column("due_quarter", "Quarter"),
            Column("forecaster", "Forecaster"),
            Column("horizon", "Said"),
            Column("forecast_arr", "Forecast", "money"),
            Column("actual_arr", "Came", "money"),
            Column("forecast_accuracy", "Accuracy", "share", "forecast_accuracy"),
            Column("forecast_bias", "Bias", "share", "forecast_bias"),
            Column("is_in_band", "Within range", "flag"),
            Column("is_final", "Final", "flag"),
        ],
        rows,
        limit=36,
    )
