"""Health and renewals of the whole company, for the executive page and the dated reports."""

from __future__ import annotations

from dashboards.marts import Marts, Row
from dashboards.tables import Column, Table

QUARTERS = 4


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


def without_arr(marts: Marts) -> str:
    """One sentence on live accounts without ARR, which health counts and customers don't; else
    nothing. What set their billing records aside is said, where something did."""
    if not marts.has("fct_account_health_monthly"):
        return ""
    tells_faults = marts.has("fct_data_issues")
    found = marts.row(
        "select count(*) as live, count(case when arr = 0 then 1 end) as without "
        "from marts.fct_account_health_monthly where date_day = ?",
        [marts.as_of],
    )
    if not found["without"]:
        return ""
    faults: list[Row] = []
    if tells_faults:
        faults = marts.rows(
            "select issues.fault, count(distinct health.account_id) as accounts "
            "from marts.fct_account_health_monthly as health "
            "inner join marts.fct_data_issues as issues "
            "on issues.account_id = health.account_id and issues.severity = 'quarantine' "
            "where health.date_day = ? and health.arr = 0 "
            "group by issues.fault order by accounts desc, issues.fault limit 1",
            [marts.as_of],
        )
    one = found["without"] == 1
    told = (
        f"Health looks at {found['live']:,} live accounts; {found['without']:,} of them "
        f"{'has' if one else 'have'} no ARR that counts and so {'is' if one else 'are'} "
        f"no customer{'' if one else 's'} above."
    )
    return " ".join(
        [told, *(f"For {row['accounts']:,}: {row['fault'][0].lower()}{row['fault'][1:]}."
                 for row in faults)]
    )  # fmt: skip


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
            Column("forecast_low_arr", "Forecast from", "money"),
            Column("forecast_arr", "Expected", "money", "renewal_forecast"),
            Column("forecast_high_arr", "to", "money"),
            Column("at_risk_arr", "At risk", "money", "arr_at_risk"),
        ],
        rows,
    )
