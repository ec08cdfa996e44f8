"""The first page: can the numbers be trusted, and what do they say in five figures."""

from __future__ import annotations

from typing import Any

from dashboards.charts import Chart, line_chart, stacked_chart
from dashboards.formats import share, short_money
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.tables import Column, Table

QUARTERS = 4


def home_page(marts: Marts) -> Page:
    """Retention, health and renewals of the company on the as-of day."""
    retention = _retention(marts)
    bands = health(marts)
    due = quarters(marts)
    charts = [*_retention_chart(retention), *_health_chart(marts)]
    return Page(
        file="index.html",
        title="Overview",
        question="Can today's numbers be trusted, and what do they say?",
        template="home.html",
        content={
            "cards": [*_arr_card(marts), *_retention_cards(retention), *_renewal_cards(due)],
            "charts": charts,
        },
        tables=[table for table in (health_table(bands), quarter_table(due)) if table],
    )


def _retention(marts: Marts) -> list[Row]:
    """The company's complete months, the newest last."""
    if not marts.has("rpt_retention_monthly"):
        return []
    return marts.rows(
        "select month_start_date, nrr, grr, logo_retention, end_arr, start_arr, retained_arr "
        "from marts.rpt_retention_monthly where slice_type = 'company' and is_month_complete "
        "and start_arr > 0 order by month_start_date"
    )


def _retention_cards(months: list[Row]) -> list[dict[str, Any]]:
    if not months:
        return []
    newest = months[-1]
    before = months[-4] if len(months) > 3 else {}
    return [
        {
            "metric": metric,
            "label": label,
            "value": newest[metric],
            "kind": "share",
            "note": f"twelve months to {newest['month_start_date']:%B %Y}",
            "change": newest[metric] - before[metric] if before else None,
            "since": "against three months before",
        }
        for metric, label in (("nrr", "Net revenue retention"), ("grr", "Gross revenue retention"))
    ]


def _retention_chart(months: list[Row]) -> list[Chart]:
    rows = [
        {"month": row["month_start_date"], "rate": row[metric], "metric": metric.upper()}
        for row in months[-25:]
        for metric in ("nrr", "grr")
    ]
    if not rows:
        return []
    first, last = months[-25:][0], months[-1]
    alternative = (
        f"NRR went from {share(first['nrr'])} in {first['month_start_date']:%B %Y} to "
        f"{share(last['nrr'])} in {last['month_start_date']:%B %Y}, "
        f"GRR from {share(first['grr'])} to {share(last['grr'])}."
    )
    return [
        line_chart(
            "Retention over twelve months", rows, "month", "rate", "metric", "%", alternative
        )
    ]


def health(marts: Marts) -> list[Row]:
    """Paying accounts of the as-of day by band, with the ARR behind each."""
    if not marts.has("fct_account_health_monthly"):
        return []
    return marts.rows(
        "select coalesce(band, 'no score') as band, count(*) as health_accounts, "
        "sum(arr) as health_arr, "
        "sum(arr) / nullif(sum(sum(arr)) over (), 0) as arr_share "
        "from marts.fct_account_health_monthly where date_day = ? group by 1 "
        "order by case coalesce(band, 'no score') when 'green' then 1 when 'yellow' then 2 "
        "when 'red' then 3 else 4 end",
        [marts.as_of],
    )


def _health_chart(marts: Marts) -> list[Chart]:
    if not marts.has("fct_account_health_monthly"):
        return []
    rows = marts.rows(
        "select month_start_date as month, coalesce(band, 'no score') as band, sum(arr) as arr "
        "from marts.fct_account_health_monthly "
        "where month_start_date > cast(? as date) - interval 12 month group by 1, 2 order by 1, 2",
        [marts.as_of],
    )
    if not rows:
        return []
    newest = {row["band"]: row["arr"] for row in rows if row["month"] == rows[-1]["month"]}
    told = ", ".join(f"{short_money(arr)} {band}" for band, arr in newest.items())
    return [
        stacked_chart(
            "ARR by health, twelve months", rows, "month", "arr", "band", f"At the end: {told}."
        )
    ]


def health_table(rows: list[Row]) -> Table | None:
    """What `health` gives, as a table."""
    if not rows:
        return None
    return Table(
        "health-split",
        "Paying accounts by health on the as-of day",
        [
            Column("band", "Health", "words"),
            Column("health_accounts", "Accounts", "count", "health_accounts"),
            Column("health_arr", "ARR", "money", "health_arr"),
            Column("arr_share", "Share of ARR", "share"),
        ],
        rows,
    )


def quarters(marts: Marts) -> list[Row]:
    """The quarter of the as-of day and those after it."""
    if not marts.has("rpt_renewals_quarterly"):
        return []
    return marts.rows(
        "select due_quarter, due_logos, due_arr, retained_arr, forecast_low_arr, forecast_arr, "
        "forecast_high_arr, forecast_due_arr, forecast_rate, at_risk_arr, at_risk_accounts, "
        "renewal_rate_arr from marts.rpt_renewals_quarterly where slice_type = 'company' "
        "and quarter_start_date >= date_trunc('quarter', cast(? as date)) "
        f"order by quarter_start_date limit {QUARTERS}",
        [marts.as_of],
    )


def _renewal_cards(quarters: list[Row]) -> list[dict[str, Any]]:
    if not quarters:
        return []
    now = quarters[0]
    return [
        {
            "metric": "renewals_due",
            "label": "Renewals due this quarter",
            "value": now["due_arr"],
            "kind": "short_money",
            "note": f"{now['due_quarter']}, {now['due_logos']} contracts",
        },
        {
            "metric": "renewal_forecast",
            "label": "Expected to renew",
            "value": now["forecast_arr"],
            "kind": "short_money",
            "note": f"{share(now['forecast_rate'])} of what is due"
            if now["forecast_rate"] is not None
            else "no forecast",
        },
        {
            "metric": "arr_at_risk",
            "label": "Of it open and at risk",
            "value": now["at_risk_arr"],
            "kind": "short_money",
            "note": f"{now['at_risk_accounts']} accounts",
        },
    ]


def quarter_table(rows: list[Row]) -> Table | None:
    """What `quarters` gives, as a table."""
    if not rows:
        return None
    return Table(
        "renewals-by-quarter",
        "Renewals due, this quarter and the next three",
        [
            Column("due_quarter", "Quarter"),
            Column("due_logos", "Contracts", "count", "renewal_logos_due"),
            Column("due_arr", "ARR due", "money", "renewals_due"),
            Column("retained_arr", "Kept so far", "money"),
            Column("forecast_low_arr", "Forecast, low", "money"),
            Column("forecast_arr", "Expected", "money", "renewal_forecast"),
            Column("forecast_high_arr", "High", "money"),
            Column("at_risk_arr", "At risk", "money", "arr_at_risk"),
        ],
        rows,
    )


def _arr_card(marts: Marts) -> list[dict[str, Any]]:
    if not marts.has("dim_accounts"):
        return []
    found = marts.row(
        "select sum(arr) as arr, count(*) as customers, max(reporting_currency) as currency "
        "from marts.dim_accounts where is_customer"
    )
    return [
        {
            "metric": "arr",
            "label": f"ARR, {found['currency']}",
            "value": found["arr"],
            "kind": "short_money",
            "note": f"{found['customers']} customers",
        }
    ]
