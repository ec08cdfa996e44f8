"""Retention: who stays by cohort and by slice, and what moved ARR over twelve months."""

from __future__ import annotations

from dashboards.charts import Chart
from dashboards.drawings import trend_chart, triangle_chart, waterfall_chart
from dashboards.formats import share, short_money, words
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.pages.executive import STEPS, TONES, retention, retention_chart
from dashboards.tables import Column, Table
from dashboards.theme import Figure, Section, present, theme_page

AGES = (0, 3, 6, 9, 12, 18, 24, 36, 48, 60)
SLICES = {
    "segment": "segment",
    "region": "region",
    "industry": "industry",
    "plan": "plan",
    "product": "product",
    "csm": "CSM",
}


def retention_page(marts: Marts) -> Page:
    """Cohorts, slices and the bridge."""
    months, bridge = retention(marts), _bridge(marts)
    return theme_page(
        "retention.html",
        "Retention",
        "Which customers stay and grow, which leave, and what moved ARR in the last year?",
        _figures(months, bridge),
        [
            Section("bridge", "ARR over twelve months",
                    charts=[*_bridge_chart(bridge), *retention_chart(months)],
                    tables=present(_bridge_table(bridge)), folded=present(_month_table(marts))),
            Section("cohorts", "Cohorts", "A row is the customers who began in a quarter; a column "
                    "is their ARR so many months later, as a share of what they began with.",
                    charts=_triangle(marts), tables=present(_triangle_table(marts)),
                    folded=present(_cohort_table(marts))),
            Section("slices", "Where it is good and where not", charts=_segment_charts(marts),
                    tables=present(*[_slice_table(marts, name) for name in ("segment", "region")]),
                    folded=present(*[_slice_table(marts, name) for name in SLICES
                                     if name not in ("segment", "region")])),
        ],
        "The marts of retention are not in this version.",
    )  # fmt: skip


def _figures(months: list[Row], bridge: Row) -> list[Figure]:
    if not months:
        return []
    newest = months[-1]
    figures = [
        Figure(label, newest[name], "share", f"twelve months to {newest['month_start_date']:%B %Y}",
               name, newest.get(f"{name}_change"),
               change_tone="up" if (newest.get(f"{name}_change") or 0) >= 0 else "down",
               since="against a quarter ago",
               target=f"Target {share(newest[f'{name}_target'])}: {newest[f'{name}_status']}"
               if newest.get(f"{name}_target") is not None else "",
               status=TONES.get(str(newest.get(f"{name}_status")), ""),
               trend=[month[name] for month in months[-13:]])
        for name, label in (("nrr", "Net revenue retention"), ("grr", "Gross revenue retention"),
                            ("logo_retention", "Logos kept"))
    ]  # fmt: skip
    if bridge:
        figures.append(
            Figure("ARR lost in twelve months", bridge["lost"], "short_money",
                   f"churn {short_money(bridge['churn'])}, "
                   f"contraction {short_money(bridge['contraction'])}", "lost_arr")
        )  # fmt: skip
    return figures


def _bridge(marts: Marts) -> Row:
    """The ledger's movements of the twelve months that end with the as-of day's month."""
    if not marts.has("fct_arr_movements_monthly"):
        return {}
    found = marts.row(
        "with months as (select *, min(month_start_date) over () as first_month, "
        "max(month_start_date) over () as last_month from marts.fct_arr_movements_monthly "
        "where month_start_date > cast(? as date) - interval 12 month and month_start_date <= ?) "
        "select min(first_month) as since, "
        "sum(case when month_start_date = first_month then opening_arr else 0 end) as opening, "
        "sum(new_arr) as new, sum(expansion_arr) as expansion, "
        "sum(reactivation_arr) as reactivation, sum(contraction_arr) as contraction, "
        "sum(churn_arr) as churn, sum(contraction_arr + churn_arr) as lost, "
        "sum(case when month_start_date = last_month then closing_arr else 0 end) as closing "
        "from months",
        [marts.as_of, marts.as_of],
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
    return Table("arr-bridge-year", "ARR over twelve months by movement",
                 [Column("since", "Since", "day"), *columns], [bridge])  # fmt: skip


def _month_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_retention_monthly"):
        return None
    rows = marts.rows(
        "select month_start_date, new_arr, expansion_arr, reactivation_arr, contraction_arr, "
        "churn_arr, net_new_arr, quick_ratio, churned_logos, is_month_complete "
        "from marts.rpt_retention_monthly where slice_type = 'company' "
        "order by month_start_date desc"
    )
    return Table(
        "movements-by-month",
        "Movements month by month",
        [
            Column("month_start_date", "Month from", "day"),
            Column("new_arr", "New", "money", "new_arr"),
            Column("expansion_arr", "Expansion", "money", "expansion_arr"),
            Column("reactivation_arr", "Reactivation", "money", "reactivation_arr"),
            Column("contraction_arr", "Contraction", "money", "contraction_arr"),
            Column("churn_arr", "Churn", "money", "churn_arr"),
            Column("net_new_arr", "Net new", "money", "net_new_arr"),
            Column("quick_ratio", "Quick ratio", "number", "quick_ratio"),
            Column("is_month_complete", "Complete", "flag"),
        ],
        rows,
        limit=24,
    )


def _cohorts(marts: Marts) -> list[Row]:
    if not marts.has("rpt_retention_cohorts"):
        return []
    return marts.rows(
        "select start_cohort, start_quarter_date, months_since_start, cohort_logos, active_logos, "
        "start_arr, arr, retained_arr, nrr, grr, logo_retention from marts.rpt_retention_cohorts "
        "where start_arr > 0 order by start_quarter_date desc, months_since_start"
    )


def _triangle(marts: Marts) -> list[Chart]:
    rows = [row for row in _cohorts(marts) if row["months_since_start"] % 3 == 0]
    if not rows:
        return []
    year = [row for row in rows if row["months_since_start"] == 12]
    told = ", ".join(
        f"{row['start_cohort']} {share(row['nrr'])}" for row in year[:8] if row["nrr"] is not None
    )
    return [
        triangle_chart(
            f"{title} by quarter of start and months since",
            rows[::-1] if name == "x" else rows,
            "months_since_start",
            "start_cohort",
            name,
            f"{label} after twelve months: {told}." if name == "nrr" and told
            else "The figures are in the table below.",
        )
        for name, title, label in (("nrr", "Net retention", "ARR kept and grown"),
                                   ("grr", "Gross retention", "ARR kept"))
    ]  # fmt: skip


def _triangle_table(marts: Marts) -> Table | None:
    found = _cohorts(marts)
    if not found:
        return None
    rows: dict[str, Row] = {}
    for one in found:
        row = rows.setdefault(
            one["start_cohort"],
            {
                "start_cohort": one["start_cohort"],
                "cohort_logos": one["cohort_logos"],
                "start_arr": one["start_arr"],
                **{f"month_{age}": None for age in AGES},
            },
        )
        row[f"month_{one['months_since_start']}"] = one["nrr"]
    reached = [age for age in AGES if any(row[f"month_{age}"] is not None for row in rows.values())]
    return Table(
        "retention-cohorts",
        "Net retention of each cohort, by months since its start",
        [
            Column("start_cohort", "Began in"),
            Column("cohort_logos", "Customers", "count"),
            Column("start_arr", "ARR at the start", "money"),
            *[Column(f"month_{age}", f"{age} m", "share") for age in reached],
        ],
        list(rows.values()),
        limit=40,
    )


def _cohort_table(marts: Marts) -> Table | None:
    rows = _cohorts(marts)
    if not rows:
        return None
    return Table(
        "retention-cohorts-by-month",
        "Every cohort and month: net, gross and logos",
        [
            Column("start_cohort", "Began in"),
            Column("months_since_start", "Months since", "count"),
            Column("cohort_logos", "Customers", "count"),
            Column("active_logos", "still here", "count"),
            Column("start_arr", "ARR at the start", "money"),
            Column("arr", "ARR", "money"),
            Column("nrr", "Net", "share"),
            Column("grr", "Gross", "share"),
            Column("logo_retention", "Logos", "share"),
        ],
        rows,
        limit=24,
    )


def _segment_charts(marts: Marts) -> list[Chart]:
    if not marts.has("rpt_retention_monthly"):
        return []
    charts = []
    for name, title in (("nrr", "Net"), ("grr", "Gross")):
        rows = marts.rows(
            f"select month_start_date as month, slice_value as segment, {name} as rate "
            "from marts.rpt_retention_monthly where slice_type = 'segment' "
            f"and is_month_complete and start_arr > 0 and {name} is not null "
            "and month_start_date > cast(? as date) - interval 24 month "
            "order by slice_value, month_start_date",
            [marts.as_of],
        )
        if not rows:
            continue
        for row in rows:
            row["segment"] = words(row["segment"])
        newest = {row["segment"]: row["rate"] for row in rows}
        told = ", ".join(f"{segment} {share(rate)}" for segment, rate in newest.items())
        charts.append(
            trend_chart(f"{title} retention by segment", rows, "month", "rate", "segment", "%",
                        f"Newest month: {told}.")
        )  # fmt: skip
    return charts


def _slice_table(marts: Marts, slice_type: str) -> Table | None:
    if not marts.has("rpt_retention_monthly"):
        return None
    name, join = "months.slice_value", ""
    if slice_type == "csm" and marts.has("dim_csms"):
        name = "coalesce(csms.csm_name, months.slice_value)"
        join = "left join marts.dim_csms as csms on csms.csm_user_id = months.slice_value "
    rows = marts.rows(
        f"select {name} as slice, months.cohort_logos, months.churned_logos, months.start_arr, "
        "months.retained_arr, months.end_arr, months.nrr, months.grr, months.logo_retention, "
        "case when months.grr < company.grr then 'fair' else '' end as tone "
        "from marts.rpt_retention_monthly as months "
        f"{join}"
        "left join marts.rpt_retention_monthly as company on company.slice_type = 'company' "
        "and company.month_start_date = months.month_start_date "
        "where months.slice_type = ? and months.start_arr > 0 and months.month_start_date = "
        "(select max(month_start_date) from marts.rpt_retention_monthly where is_month_complete) "
        "order by months.start_arr desc, slice",
        [slice_type],
    )
    if not rows:
        return None
    kind = "words" if slice_type in ("segment", "region", "plan") else "text"
    return Table(
        f"retention-by-{slice_type}",
        f"Twelve months by {SLICES[slice_type]}; gross retention below the company's is marked",
        [
            Column("slice", words(SLICES[slice_type]), kind),
            Column("cohort_logos", "Customers then", "count", "cohort_logos"),
            Column("churned_logos", "Lost", "count", "churned_logos"),
            Column("start_arr", "ARR then", "money", "cohort_start_arr"),
            Column("retained_arr", "Kept", "money", "cohort_retained_arr"),
            Column("nrr", "NRR", "share", "nrr"),
            Column("grr", "GRR", "share", "grr", tone="tone"),
            Column("logo_retention", "Logos kept", "share", "logo_retention"),
        ],
        rows,
    )
