"""Health: how it moves by segment and cohort, what drives it, and whether it can be believed."""

from __future__ import annotations

from dashboards.charts import Chart
from dashboards.drawings import bar_chart, outlook_chart, range_chart, trend_chart
from dashboards.formats import share, words
from dashboards.marts import Marts, Row
from dashboards.page import Page
from dashboards.pages.executive import outlooks
from dashboards.tables import Column, Table
from dashboards.theme import Figure, Section, present, theme_page

HORIZON = 90
DIMENSIONS = ("usage", "engagement", "support", "sentiment", "commercial")
MEASURES = {
    "auc": "A lost renewal scored lower than a kept one (AUC)",
    "recall": "Losses that were red or yellow before (recall)",
    "precision": "Reds that were lost (precision)",
    "brier": "Squared error of the estimate (Brier score)",
    "loss_rate": "Renewals lost in all",
    "lead_time_days": "Days of warning before a loss (median)",
}


def health_page(marts: Marts) -> Page:
    """Where health stands, why, and what it is worth as a warning."""
    months = outlooks(marts)
    return theme_page(
        "health.html",
        "Health",
        "How healthy are the customers, what moves that, and does the score foresee who leaves?",
        [*_figures(months), *_validation_figures(marts)],
        [
            Section("trend", "How it moved", charts=[*_count_chart(months),
                    *_segment_chart(marts)], tables=present(_segment_table(marts))),
            Section("cohorts", "By year of the first contract",
                    charts=_cohort_chart(marts), tables=present(_cohort_table(marts))),
            Section("drivers", "What drives it",
                    "Points of the score that each part won or lost over thirty days, averaged "
                    "over the scored accounts; then the measures with the lowest grades.",
                    charts=[*_change_chart(marts), *_grade_chart(marts)],
                    tables=present(_driver_table(marts))),
            Section("validation", "Can it be believed?",
                    "Renewals that were decided, against the score of 90 days before. Where there "
                    "were too few losses, nothing is claimed.",
                    charts=_calibration_chart(marts),
                    tables=present(_validation_table(marts), _decile_table(marts)),
                    folded=present(_all_validation_table(marts), _drift_table(marts))),
        ],
        "The marts of health are not in this version.",
    )  # fmt: skip


def _figures(months: list[Row]) -> list[Figure]:
    if not months:
        return []
    newest = months[-1]["month"]
    figures = []
    for outlook in dict.fromkeys(row["outlook"] for row in months if row["month"] == newest):
        rows = [row for row in months if row["outlook"] == outlook]
        now = rows[-1]
        figures.append(
            Figure(outlook, now["accounts"], "count", f"{share(now['arr_share'])} of ARR",
                   trend=[row["accounts"] for row in rows])
            if now["arr_share"] is not None else Figure(outlook, now["accounts"], "count")
        )  # fmt: skip
    return figures


def _validation(marts: Marts) -> list[Row]:
    if not marts.has("rpt_health_validation"):
        return []
    rows = marts.rows(
        "select metric_id, predictor_id, horizon_days, numerator, denominator, metric_value, "
        "lower_95, upper_95, has_enough_events from marts.rpt_health_validation "
        "where slice_type = 'all' and predictor_id in ('score', 'churn_risk') "
        "order by predictor_id desc, metric_id, horizon_days"
    )
    for row in rows:
        row["measure"] = MEASURES.get(row["metric_id"], words(row["metric_id"]))
        row["of"] = "score" if row["predictor_id"] == "score" else "churn risk"
    return rows


def _validation_figures(marts: Marts) -> list[Figure]:
    names = {
        "recall": ("Losses it warned of", "share", "health_recall_90d"),
        "auc": ("Tells lost from kept (AUC)", "number", "health_auc_90d"),
    }
    return [
        Figure(names[row["metric_id"]][0], row["metric_value"], names[row["metric_id"]][1],
               f"90 days ahead, {row['numerator']:,.0f} of {row['denominator']:,.0f}"
               if row["metric_id"] == "recall" else "90 days ahead; 0.5 is a coin, 1 is all",
               names[row["metric_id"]][2])
        for row in _validation(marts)
        if row["metric_id"] in names and row["predictor_id"] == "score"
        and row["horizon_days"] == HORIZON
    ]  # fmt: skip


def _count_chart(months: list[Row]) -> list[Chart]:
    if not months:
        return []
    newest = [row for row in months if row["month"] == months[-1]["month"]]
    told = ", ".join(f"{row['accounts']} {row['outlook'].lower()}" for row in newest)
    return [outlook_chart("Paying accounts by health, twelve months", months, "accounts", "~s",
                          f"At the end: {told}.")]  # fmt: skip


def _by_group(marts: Marts, slice_type: str) -> list[Row]:
    """Month ends of two years: mean score and accounts by band of each slice of a kind."""
    if not marts.has("rpt_health_monthly"):
        return []
    return marts.rows(
        "select month_start_date as month, slice_value as name, accounts, scored_accounts, "
        "mean_score as score, healthy_accounts, at_risk_accounts, arr, at_risk_arr "
        "from marts.rpt_health_monthly where slice_type = ? and scored_accounts > 0 "
        "and month_start_date > cast(? as date) - interval 24 month order by 2, 1",
        [slice_type, marts.as_of],
    )


def _segments(marts: Marts) -> list[Row]:
    return _by_group(marts, "segment")


def _cohorts(marts: Marts) -> list[Row]:
    return _by_group(marts, "start_year")


def _group_chart(title: str, rows: list[Row]) -> list[Chart]:
    if not rows:
        return []
    named = [{**row, "name": words(row["name"])} for row in rows]
    newest = {row["name"]: row["score"] for row in named}
    told = ", ".join(f"{name} {float(score):.1f}" for name, score in newest.items())
    return [trend_chart(title, named, "month", "score", "name", ".0f", f"Newest: {told}.")]


def _segment_chart(marts: Marts) -> list[Chart]:
    return _group_chart("Mean score by segment", _segments(marts))


def _cohort_chart(marts: Marts) -> list[Chart]:
    return _group_chart("Mean score by year of the first contract", _cohorts(marts))


def _group_table(name: str, caption: str, label: str, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    newest = max(row["month"] for row in rows)
    return Table(
        name,
        caption,
        [
            Column("name", label, "words"),
            Column("accounts", "Accounts", "count", "health_accounts"),
            Column("score", "Mean score", "points", "health_score"),
            Column("healthy_accounts", "Healthy", "count"),
            Column("at_risk_accounts", "At risk", "count"),
            Column("arr", "ARR", "money", "health_arr"),
            Column("at_risk_arr", "of it at risk", "money"),
            Column("month", "Month from", "day"),
        ],
        sorted(rows, key=lambda row: (-row["month"].toordinal(), row["name"])),
        limit=sum(row["month"] == newest for row in rows),
    )


def _segment_table(marts: Marts) -> Table | None:
    return _group_table("health-by-segment", "Health by segment, the newest month", "Segment",
                        _segments(marts))  # fmt: skip


def _cohort_table(marts: Marts) -> Table | None:
    return _group_table("health-by-cohort", "Health by year of the first contract, the newest "
                        "month", "Customers since", _cohorts(marts))  # fmt: skip


def _change_chart(marts: Marts) -> list[Chart]:
    if not marts.has("fct_account_health_changes"):
        return []
    parts = ", ".join(f"avg({name}_change) as {name}" for name in (*DIMENSIONS, "override"))
    found = marts.row(
        f"select count(*) as accounts, {parts} from marts.fct_account_health_changes "
        "where date_day = ? and comparison_days = 30",
        [marts.as_of],
    )
    if not found.get("accounts"):
        return []
    rows = [
        {
            "part": words(name),
            "points": found[name],
            "sign": "Lost" if found[name] < 0 else "Won",
        }
        for name in (*DIMENSIONS, "override")
        if found[name] is not None
    ]
    told = ", ".join(f"{row['part'].lower()} {float(row['points']):+.2f}" for row in rows)
    return [
        bar_chart(f"Points won and lost in thirty days, mean of {found['accounts']} accounts",
                  rows, "part", "points", "+.1f", f"{told}.",
                  {"Won": "band-green", "Lost": "band-red"}, "sign")
    ]  # fmt: skip


def _drivers(marts: Marts) -> list[Row]:
    if not marts.has("rpt_health_measures"):
        return []
    return marts.rows(
        "select replace(measure_id, '_', ' ') as measure, input_id, accounts, known_accounts, "
        "mean_grade as grade, mean_weight as weight from marts.rpt_health_measures "
        "order by grade nulls last, measure"
    )


def _grade_chart(marts: Marts) -> list[Chart]:
    rows = [
        {**row, "measure": words(row["measure"]), "part": words(row["input_id"])}
        for row in _drivers(marts)
        if row["grade"] is not None
    ][:12]
    if not rows:
        return []
    colours = {words(name): f"series-{place}" for place, name in enumerate(DIMENSIONS, 1)}
    told = ", ".join(f"{row['measure']} {float(row['grade']):.0f}" for row in rows[:6])
    return [bar_chart("The lowest grades (0 to 100), mean", rows, "measure", "grade", ".0f",
                      f"{told}.", colours, "part")]  # fmt: skip


def _driver_table(marts: Marts) -> Table | None:
    rows = _drivers(marts)
    if not rows:
        return None
    return Table(
        "health-drivers",
        "Measures of the score on the as-of day, the lowest grade first",
        [
            Column("measure", "Measure", "words"),
            Column("input_id", "Part", "words"),
            Column("grade", "Mean grade", "points"),
            Column("known_accounts", "Known for", "count"),
            Column("accounts", "Accounts", "count"),
            Column("weight", "Mean weight", "share"),
        ],
        rows,
        "No account was scored.",
        limit=12,
    )


def _deciles(marts: Marts) -> list[Row]:
    if not marts.has("rpt_health_validation"):
        return []
    return marts.rows(
        "select cast(slice as integer) as decile, slice, numerator, denominator, metric_value, "
        "lower_95, upper_95, has_enough_events from marts.rpt_health_validation "
        "where slice_type = 'score_decile' and metric_id = 'loss_rate' "
        "and predictor_id = 'score' and horizon_days = ? order by 1",
        [HORIZON],
    )


def _calibration_chart(marts: Marts) -> list[Chart]:
    charts = []
    deciles = [row for row in _deciles(marts) if row["metric_value"] is not None]
    if deciles:
        rows = [{"decile": row["slice"], "value": row["metric_value"], "low": row["lower_95"],
                 "high": row["upper_95"]} for row in deciles]  # fmt: skip
        told = ", ".join(f"{row['decile']}: {share(row['value'])}" for row in rows)
        charts.append(
            range_chart("Calibration: renewals lost, by tenth of the score (1 is lowest)", rows,
                        "decile", "%", f"Lost in each tenth, {told}.",
                        {"value": "Lost, with its 95 % range"})
        )  # fmt: skip
    elif any(row["numerator"] for row in _deciles(marts)):
        counts = [{**row, "tenth": f"Tenth {row['slice']}"} for row in _deciles(marts)]
        told = ", ".join(
            f"{row['slice']}: {row['numerator']} of {row['denominator']}" for row in counts
        )
        charts.append(
            bar_chart(
                "Renewals lost, by tenth of the score (1 is lowest)",
                counts,
                "tenth",
                "numerator",
                ".0f",
                f"Too few for shares. Lost of decided, {told}.",
            )
        )
    auc = [row for row in _validation(marts) if row["metric_id"] == "auc"
           and row["predictor_id"] == "score" and row["metric_value"] is not None]  # fmt: skip
    if auc:
        rows = [{"days": f"{row['horizon_days']} days", "value": row["metric_value"],
                 "low": row["lower_95"], "high": row["upper_95"]} for row in auc]  # fmt: skip
        told = ", ".join(f"{row['days']} {float(row['value']):.2f}" for row in rows)
        charts.append(
            range_chart("Tells lost from kept, so many days ahead (AUC)", rows, "days", ".2f",
                        f"{told}.", {"value": "AUC, with its 95 % range"})
        )  # fmt: skip
    return charts


def _validation_table(marts: Marts) -> Table | None:
    rows = [row for row in _validation(marts) if row["horizon_days"] in (0, HORIZON)]
    caption = f"What the score and the churn-risk model foresaw {HORIZON} days ahead"
    return _measure_table("validation", caption, rows)


def _all_validation_table(marts: Marts) -> Table | None:
    return _measure_table("validation-by-horizon", "The same at every horizon", _validation(marts))


def _measure_table(name: str, caption: str, rows: list[Row]) -> Table | None:
    if not rows:
        return None
    return Table(
        name,
        caption,
        [
            Column("measure", "Measure", wide=True),
            Column("of", "Of"),
            Column("horizon_days", "Days ahead", "count"),
            Column("numerator", "Numerator", "count"),
            Column("denominator", "Denominator", "count"),
            Column("metric_value", "Value", "number"),
            Column("lower_95", "From (95 %)", "number"),
            Column("upper_95", "to", "number"),
            Column("has_enough_events", "Enough losses", "flag"),
        ],
        rows,
    )


def _decile_table(marts: Marts) -> Table | None:
    rows = _deciles(marts)
    if not rows:
        return None
    return Table(
        "calibration",
        "Renewals lost by tenth of the score, 90 days before",
        [
            Column("slice", "Tenth (1 is lowest)"),
            Column("numerator", "Lost", "count"),
            Column("denominator", "Decided", "count"),
            Column("metric_value", "Share lost", "share"),
            Column("lower_95", "From (95 %)", "share"),
            Column("upper_95", "to", "share"),
            Column("has_enough_events", "Enough losses", "flag"),
        ],
        rows,
    )


def _drift_table(marts: Marts) -> Table | None:
    if not marts.has("rpt_health_drift_weekly"):
        return None
    rows = marts.rows(
        "select subject_id, slice, drift_level, cause, psi, account_count, missing_rate, "
        "reference_missing_rate, week_end_date, case drift_level when 'shifted' then 'poor' "
        "when 'moving' then 'fair' else '' end as tone from marts.rpt_health_drift_weekly "
        "where week_end_date = (select max(week_end_date) from marts.rpt_health_drift_weekly) "
        "order by psi desc nulls last, subject_id, slice"
    )
    return Table(
        "health-drift",
        "Drift: have the inputs moved away from what they were?",
        [
            Column("subject_id", "Of", "words"),
            Column("slice", "In", "words"),
            Column("drift_level", "Level", "words", tone="tone"),
            Column("psi", "Stability index", "number"),
            Column("account_count", "Accounts", "count"),
            Column("missing_rate", "Missing", "share"),
            Column("reference_missing_rate", "before", "share"),
            Column("cause", "Cause"),
        ],
        rows,
        "No drift was measured.",
        limit=20,
    )
