"""The first page: retention, health, this quarter's renewals, and what moved since last week."""

from __future__ import annotations

from dashboards.charts import Chart
from dashboards.drawings import outlook_chart, trend_chart, waterfall_chart
from dashboards.formats import share, short_money
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.pages import company, renewals, week
from dashboards.tables import Column, Table
from dashboards.theme import Figure, Section, present, theme_page

TONES = {"met": "good", "missed": "poor"}
STEPS = ("opening", "new", "expansion", "reactivation", "contraction", "churn", "closing")


def executive_page(marts: Marts) -> Page:
    """How the company stands on the as-of day, for those who have one minute."""
    months, bands = retention(marts), outlooks(marts)
    quarters, bridge = company.quarters(marts), _bridge(marts)
    return theme_page(
        "index.html",
        "Executive",
        "Do customers stay and grow, who may leave, and what changed since last week?",
        [
            *_arr_figure(marts),
            *_retention_figures(months),
            *_nps_figure(marts),
            *_quarter_figures(quarters),
            *_healthy_figure(marts),
        ],
        [
            Section("changes", "What changed since last week", week.lead(marts),
                    tables=present(week.changes_table(marts))),
            Section("standing", "Retention and health", company.without_arr(marts), charts=[
                *retention_chart(months), *_outlook_charts(marts)],
                tables=present(_outlook_table(bands), _retention_table(months))),
            Section("renewals", "This quarter and the next",
                    charts=[*renewals.forecast_chart(marts), *_bridge_chart(bridge)],
                    tables=present(company.quarter_table(quarters), _bridge_table(bridge))),
            Section("risks", "Top risks and wins",
                    tables=present(week.risk_table(marts), week.win_table(marts))),
        ],
        "The marts of revenue and renewals are not in this version.",
    )  # fmt: skip


def retention(marts: Marts) -> list[Row]:
    """The company's complete months with the targets of the scorecard, the newest last."""
    if not marts.has("rpt_retention_monthly"):
        return []
    kpis = "select null as kpi_id, null as month_start_date, null as target, null as status, " \
        "null as quarter_change"  # fmt: skip
    if marts.has("rpt_cs_ops_kpis_monthly"):
        kpis = "select * from marts.rpt_cs_ops_kpis_monthly"
    return marts.rows(
        f"with kpis as ({kpis}) "
        "select months.month_start_date, months.nrr, months.grr, months.logo_retention, "
        "months.start_arr, months.end_arr, months.retained_arr, "
        "nrr.target as nrr_target, nrr.status as nrr_status, "
        "coalesce(nrr.quarter_change, months.nrr - lag(months.nrr, 3) over history) "
        "as nrr_change, grr.target as grr_target, grr.status as grr_status, "
        "coalesce(grr.quarter_change, months.grr - lag(months.grr, 3) over history) as grr_change "
        "from marts.rpt_retention_monthly as months "
        "left join kpis as nrr on nrr.kpi_id = 'nrr' "
        "and nrr.month_start_date = months.month_start_date "
        "left join kpis as grr on grr.kpi_id = 'grr' "
        "and grr.month_start_date = months.month_start_date "
        "where months.slice_type = 'company' and months.is_month_complete "
        "and months.start_arr > 0 "
        "window history as (order by months.month_start_date) order by months.month_start_date"
    )


def outlooks(marts: Marts) -> list[Row]:
    """Paying accounts at each of the last twelve month ends by outlook, with the ARR behind."""
    if not marts.has("fct_account_health_monthly"):
        return []
    return marts.rows(
        "select month_start_date as month, max(date_day) as date_day, "
        "case outlook when 'healthy' then 'Healthy' when 'stable' then 'Stable' "
        "when 'at_risk' then 'At risk' when 'churn_likely' then 'Churn likely' "
        "else 'No score' end as outlook, "
        "case outlook when 'healthy' then 1 when 'stable' then 2 when 'at_risk' then 3 "
        "when 'churn_likely' then 4 else 5 end as place, "
        "count(*) as accounts, sum(arr) as arr, "
        "sum(arr) / nullif(sum(sum(arr)) over (partition by month_start_date), 0) as arr_share "
        "from marts.fct_account_health_monthly "
        "where month_start_date > cast(? as date) - interval 12 month and date_day <= ? "
        "group by month_start_date, 3, 4 order by month_start_date, place",
        [marts.as_of, marts.as_of],
    )


def _arr_figure(marts: Marts) -> list[Figure]:
    if not marts.has("dim_accounts"):
        return []
    found = marts.row(
        "select sum(arr) as arr, count(*) as customers, max(reporting_currency) as currency "
        "from marts.dim_accounts where is_customer"
    )
    trend: list[Row] = []
    if marts.has("fct_arr_movements_monthly"):
        trend = marts.rows(
            "select sum(closing_arr) as arr from marts.fct_arr_movements_monthly "
            "where month_start_date > cast(? as date) - interval 12 month "
            "group by month_start_date order by month_start_date",
            [marts.as_of],
        )
    currency = f", {found['currency']}" if found["currency"] else ""
    return [
        Figure(
            f"ARR{currency}",
            found["arr"],
            "short_money",
            f"{found['customers']:,} customers",
            "arr",
            trend=[row["arr"] for row in trend],
        )
    ]


def _retention_figures(months: list[Row]) -> list[Figure]:
    if not months:
        return []
    newest = months[-1]
    return [
        Figure(
            label,
            newest[name],
            "share",
            f"twelve months to {newest['month_start_date']:%B %Y}",
            name,
            newest[f"{name}_change"],
            change_tone="up" if (newest[f"{name}_change"] or 0) >= 0 else "down",
            since="against a quarter ago",
            target=f"Target {share(newest[f'{name}_target'])}: {newest[f'{name}_status']}"
            if newest[f"{name}_target"] is not None
            else "",
            status=TONES.get(str(newest[f"{name}_status"]), ""),
            trend=[month[name] for month in months[-13:]],
        )
        for name, label in (("nrr", "Net revenue retention"), ("grr", "Gross revenue retention"))
    ]


def _nps_figure(marts: Marts) -> list[Figure]:
    """The company's NPS, once a mart has it; until then the page says that none has."""
    newest: Row = {}
    if marts.has("fct_metric_values_monthly"):
        newest = marts.row(
            "select metric_value, month_start_date from marts.fct_metric_values_monthly "
            "where metric_name = 'nps' and slice_type = 'company' and metric_value is not null "
            "order by month_start_date desc limit 1"
        )
    if not newest:
        return [Figure("Net promoter score", None, "text", "not published: no mart has it yet")]
    note = f"twelve months to {newest['month_start_date']:%B %Y}"
    return [Figure("Net promoter score", newest["metric_value"], "points", note, "nps")]


def _quarter_figures(quarters: list[Row]) -> list[Figure]:
    if not quarters:
        return []
    now, following = quarters[0], quarters[1:2]
    low, high = (short_money(now[f"forecast_{end}_arr"] or 0) for end in ("low", "high"))
    next_risk = [
        f"{one['due_quarter']}: {short_money(one['at_risk_arr'])} of "
        f"{one['at_risk_accounts']} accounts"
        for one in following
    ]
    return [
        Figure("Renewals due this quarter", now["due_arr"], "short_money",
               f"{now['due_quarter']}, {now['due_logos']} contracts", "renewals_due"),
        Figure("Expected to renew", now["forecast_arr"], "short_money",
               f"{low} to {high}; {share(now['forecast_rate'])} of what is due"
               if now["forecast_rate"] is not None else "no forecast", "renewal_forecast"),
        Figure("Open and at risk this quarter", now["at_risk_arr"], "short_money",
               "; ".join([f"{now['at_risk_accounts']} accounts", *next_risk]), "arr_at_risk"),
    ]  # fmt: skip


def _healthy_figure(marts: Marts) -> list[Figure]:
    if not marts.has("rpt_health_monthly"):
        return []
    rows = marts.rows(
        "select healthy_arr_rate, healthy_accounts, healthy_arr from marts.rpt_health_monthly "
        "where slice_type = 'company' and date_day <= ? "
        "and month_start_date > cast(? as date) - interval 12 month order by month_start_date",
        [marts.as_of, marts.as_of],
    )
    if not rows or not rows[-1]["healthy_accounts"]:
        return []
    newest = rows[-1]
    return [Figure("ARR of healthy accounts", newest["healthy_arr_rate"], "share",
                   f"{newest['healthy_accounts']:,} accounts, {short_money(newest['healthy_arr'])}",
                   trend=[row["healthy_arr_rate"] for row in rows])]  # fmt: skip


def retention_chart(months: list[Row]) -> list[Chart]:
    """NRR and GRR of two years, with their targets."""
    if not months:
        return []
    shown = months[-25:]
    first, last = shown[0], shown[-1]
    rows = [
        {"month": row["month_start_date"], "rate": row[name], "metric": name.upper()}
        for name in ("nrr", "grr")
        for row in shown
    ]
    targets = {
        name.upper(): last[f"{name}_target"]
        for name in ("nrr", "grr")
        if last[f"{name}_target"] is not None
    }
    told = ", ".join(
        f"{name.upper()} went from {share(first[name])} to {share(last[name])}"
        for name in ("nrr", "grr")
    )
    title = "Retention over twelve months" + (", targets dashed" if targets else "")
    alternative = (
        f"{told} from {first['month_start_date']:%B %Y} to {last['month_start_date']:%B %Y}."
    )
    return [trend_chart(title, rows, "month", "rate", "metric", "%", alternative, targets)]


def _outlook_charts(marts: Marts) -> list[Chart]:
    rows = outlooks(marts)
    if not rows:
        return []
    newest = [row for row in rows if row["month"] == rows[-1]["month"]]
    money = ", ".join(f"{short_money(row['arr'])} {row['outlook'].lower()}" for row in newest)
    return [outlook_chart("ARR by health, twelve months", rows, "arr", "~s",
                          f"At the end: {money}.")]  # fmt: skip


def _outlook_table(rows: list[Row]) -> Table | None:
    newest = [row for row in rows if row["month"] == rows[-1]["month"]]
    if not newest:
        return None
    return Table(
        "health-split",
        f"Paying accounts by health on {newest[0]['date_day']}",
        [
            Column("outlook", "Health"),
            Column("accounts", "Accounts", "count", "health_accounts"),
            Column("arr", "ARR", "money", "health_arr"),
            Column("arr_share", "Share of ARR", "share"),
        ],
        newest,
    )


def _retention_table(months: list[Row]) -> Table | None:
    if not months:
        return None
    return Table(
        "retention-by-month",
        "Retention over twelve months, the newest month first",
        [
            Column("month_start_date", "Month from", "day"),
            Column("nrr", "NRR", "share", "nrr"),
            Column("grr", "GRR", "share", "grr"),
            Column("logo_retention", "Logos kept", "share", "logo_retention"),
            Column("start_arr", "ARR a year before", "money", "cohort_start_arr"),
            Column("retained_arr", "of it kept", "money", "cohort_retained_arr"),
            Column("end_arr", "with expansion", "money", "cohort_end_arr"),
        ],
        months[::-1],
        limit=4,
    )


def _bridge(marts: Marts) -> Row:
    """ARR from the quarter's first day to the as-of day by movement."""
    if not marts.has("fct_arr_movements_monthly"):
        return {}
    found = marts.row(
        "select min(month_start_date) as since, "
        "sum(case when month_start_date = date_trunc('quarter', cast(? as date)) "
        "then opening_arr else 0 end) as opening, sum(new_arr) as new, "
        "sum(expansion_arr) as expansion, sum(reactivation_arr) as reactivation, "
        "sum(contraction_arr) as contraction, sum(churn_arr) as churn, "
        "sum(case when month_start_date = date_trunc('month', cast(? as date)) "
        "then closing_arr else 0 end) as closing "
        "from marts.fct_arr_movements_monthly "
        "where month_start_date between date_trunc('quarter', cast(? as date)) and ?",
        [marts.as_of] * 4,
    )
    return found if found["since"] is not None else {}


def _bridge_chart(bridge: Row) -> list[Chart]:
    if not bridge:
        return []
    steps = [(name.capitalize(), bridge[name]) for name in STEPS]
    told = ", ".join(f"{label.lower()} {short_money(value)}" for label, value in steps)
    return [waterfall_chart(f"ARR since {bridge['since']}", steps, f"{told}.")]


def _bridge_table(bridge: Row) -> Table | None:
    if not bridge:
        return None
    names = {"opening": "opening_arr", "closing": "arr"}
    columns = [
        Column(name, name.capitalize(), "money", names.get(name, f"{name}_arr")) for name in STEPS
    ]
    return Table("arr-bridge", "ARR this quarter by movement, to the as-of day",
                 [Column("since", "Since", "day"), *columns], [bridge])  # fmt: skip
