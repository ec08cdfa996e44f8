"""What moved in the last seven days, and the accounts that matter most: risks and wins."""

from __future__ import annotations

from dashboards.formats import short_money
from dashboards.marts import Marts, Row
from dashboards.places import account_pages
from dashboards.tables import Column, Table

DAYS = 7
SHOWN = 12

HEALTH = """
    select case when now.outlook_rank > past.outlook_rank then 'Health fell' else 'Health rose' end
        as change, now.account_id, replace(past.outlook, '_', ' ') || ' to '
        || replace(now.outlook, '_', ' ') as what, changes.reason_1 as why, null as arr,
        now.date_day as on_date
    from (select *, {rank} as outlook_rank from marts.fct_account_health_daily
          where date_day = $1) as now
    inner join (select *, {rank} as outlook_rank from marts.fct_account_health_daily
                where date_day = cast($1 as date) - interval 7 day) as past
        on past.account_id = now.account_id and past.outlook_rank <> now.outlook_rank
    left join marts.fct_account_health_changes as changes
        on changes.account_id = now.account_id and changes.date_day = now.date_day
        and changes.comparison_days = 7
""".format(
    rank="case outlook when 'healthy' then 1 when 'stable' then 2 when 'at_risk' then 3 "
    "when 'churn_likely' then 4 end"
)
RENEWALS = """
    select case when outcome = 'churned' then 'Renewal lost' else 'Renewal closed' end as change,
        account_id, outcome || ', due ' || due_date as what, reason as why, due_arr as arr,
        closed_date as on_date
    from marts.fct_renewals
    where closed_date > cast($1 as date) - interval 7 day and closed_date <= $1
"""
WARNINGS = """
    select 'Renewal warning' as change, account_id,
        replace(warning, '_', ' ') || ', due ' || due_date as what, null as why, due_arr as arr,
        began_date as on_date
    from marts.fct_renewal_warnings
    where began_date > cast($1 as date) - interval 7 day and began_date <= $1
"""
CHANGES = (
    (HEALTH, ("fct_account_health_daily", "fct_account_health_changes")),
    (RENEWALS, ("fct_renewals",)),
    (WARNINGS, ("fct_renewal_warnings",)),
)


def changes(marts: Marts) -> list[Row]:
    """Every account that moved in the week, the largest first; ARR is the account's by now."""
    parts = [sql for sql, needed in CHANGES if marts.has("dim_accounts", *needed)]
    if not parts:
        return []
    return marts.rows(
        "with changes as (" + " union all ".join(parts) + ") "
        "select changes.*, accounts.account_name, accounts.segment, accounts.arr as account_arr, "
        "case when change in ('Health fell', 'Renewal lost', 'Renewal warning') then 'poor' "
        "else 'good' end as tone from changes "
        "left join marts.dim_accounts as accounts on accounts.account_id = changes.account_id "
        "order by coalesce(changes.arr, accounts.arr) desc nulls last, change, account_name",
        [marts.as_of],
    )


def lead(marts: Marts) -> str:
    """One sentence: what the forecast of the quarters did, and how many accounts moved."""
    told = []
    if marts.has("fct_renewal_forecast_daily"):
        moved = marts.rows(
            "select due_quarter, sum(case when snapshot_date = ? then forecast_arr end) as now, "
            "sum(case when snapshot_date <> ? then forecast_arr end) as past "
            "from marts.fct_renewal_forecast_daily where snapshot_date in "
            "(cast(? as date), cast(? as date) - interval 7 day) group by due_quarter "
            "order by due_quarter limit 2",
            [marts.as_of] * 4,
        )
        told = [
            f"{row['due_quarter']} from {short_money(row['past'])} to {short_money(row['now'])}"
            for row in moved
            if row["past"] is not None and row["now"] is not None
        ]
    return f"The renewal forecast went: {', '.join(told)}." if told else ""


def changes_table(marts: Marts) -> Table | None:
    """What `changes` gives."""
    if not marts.has("dim_accounts") or not any(marts.has(*needed) for _, needed in CHANGES):
        return None
    return Table(
        "changed-since-last-week",
        "Accounts whose health, renewal or warning changed in seven days, the largest first",
        [
            Column("account_name", "Account", link="page"),
            Column("change", "Change", tone="tone"),
            Column("what", "What", wide=True, note="why"),
            Column("account_arr", "ARR", "money", "arr"),
            Column("on_date", "Day", "day"),
        ],
        _linked(marts, changes(marts)),
        "Nothing changed.",
        file_only=[Column("segment", "Segment"), Column("why", "Why"),
                   Column("account_id", "Account id")],
        limit=SHOWN,
    )  # fmt: skip


def risk_table(marts: Marts) -> Table | None:
    """Accounts with a renewal at risk, a red health or a likely churn, the largest first."""
    if not marts.has("rpt_account_360"):
        return None
    rows = marts.rows(
        "select account_id, account_name, segment, csm_name, health_band, health_score, arr, "
        "next_renewal_date, coalesce(health_reason_1, '') as why, "
        "case when is_renewal_at_risk then 'renewal at risk' "
        "when health_band = 'red' then 'red health' else 'high churn risk' end as risk, "
        "case when health_band = 'red' then 'poor' when health_band = 'yellow' then 'fair' "
        "else '' end as tone from marts.rpt_account_360 "
        "where is_active and not is_merged and not is_deleted "
        "and (is_renewal_at_risk or health_band = 'red' or churn_risk_band = 'high') "
        "order by arr desc nulls last, account_name"
    )
    return Table(
        "top-risks",
        "Risks: a renewal at risk, red health, or a high estimated churn risk",
        [
            Column("account_name", "Account", link="page"),
            Column("risk", "Risk", wide=True, note="why"),
            Column("health_band", "Health", "words", tone="tone"),
            Column("health_score", "Score", "count", "health_score"),
            Column("arr", "ARR", "money", "arr"),
            Column("next_renewal_date", "Renewal", "day"),
            Column("csm_name", "CSM"),
        ],
        _linked(marts, rows),
        "No account is at risk.",
        file_only=[Column("why", "Why"), Column("segment", "Segment"),
                   Column("account_id", "Account id")],
        limit=SHOWN,
    )  # fmt: skip


def win_table(marts: Marts) -> Table | None:
    """Accounts that were won or grew this quarter, the largest first."""
    if not marts.has("fct_arr_movements_monthly", "dim_accounts"):
        return None
    rows = marts.rows(
        "select moves.account_id, accounts.account_name, accounts.segment, "
        "case when sum(moves.new_arr) > 0 then 'new customer' "
        "when sum(moves.reactivation_arr) > 0 then 'came back' else 'grew' end as win, "
        "nullif(concat_ws(', ', case when sum(moves.seats_arr) > 0 then 'more seats' end, "
        "case when sum(moves.plan_arr) > 0 then 'a higher plan' end, "
        "case when sum(moves.product_arr) > 0 then 'another product' end, "
        "case when sum(moves.price_arr) > 0 then 'a better price' end), '') as why, "
        "sum(moves.new_arr + moves.expansion_arr + moves.reactivation_arr) as won_arr, "
        "max(accounts.arr) as arr, max(moves.month_start_date) as month "
        "from marts.fct_arr_movements_monthly as moves "
        "inner join marts.dim_accounts as accounts on accounts.account_id = moves.account_id "
        "where moves.month_start_date between date_trunc('quarter', cast(? as date)) and ? "
        "group by moves.account_id, accounts.account_name, accounts.segment "
        "having sum(moves.new_arr + moves.expansion_arr + moves.reactivation_arr) > 0 "
        "order by won_arr desc, accounts.account_name",
        [marts.as_of, marts.as_of],
    )
    return Table(
        "top-wins",
        "Wins this quarter: new, returned and grown",
        [
            Column("account_name", "Account", link="page"),
            Column("win", "Win", note="why"),
            Column("won_arr", "ARR won", "money", "won_arr"),
            Column("arr", "ARR now", "money", "arr"),
            Column("month", "Month from", "day"),
        ],
        _linked(marts, rows),
        "Nothing was won this quarter.",
        file_only=[Column("why", "Why"), Column("segment", "Segment"),
                   Column("account_id", "Account id")],
        limit=SHOWN,
    )  # fmt: skip


def _linked(marts: Marts, rows: list[Row]) -> list[Row]:
    """The rows with the page of each account, where it has one."""
    pages = account_pages(marts)
    return [{**row, "page": pages.get(row["account_id"])} for row in rows]
