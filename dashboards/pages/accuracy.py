"""Accuracy of required fields: now, by slice, and week by week."""

from __future__ import annotations

from dashboards.charts import Chart, line_chart
from dashboards.formats import share, words
from dashboards.marts import Marts, Row
from dashboards.tables import Column, Table

SLICES = {
    "system": "system",
    "segment": "segment",
    "owner": "account owner",
    "csm": "CSM",
}


def accuracy(marts: Marts, slice_type: str) -> list[Row]:
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


def accuracy_charts(marts: Marts) -> list[Chart]:
    """A line for each field."""
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


def accuracy_tables(marts: Marts) -> list[Table]:
    """One row for each system, segment, owner and CSM, with every field beside it."""
    tables = []
    for slice_type, label in SLICES.items():
        found = accuracy(marts, slice_type)
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
