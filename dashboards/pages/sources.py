"""Freshness, volume and columns of each source."""

from __future__ import annotations

from dashboards.charts import Chart, line_chart
from dashboards.formats import words
from dashboards.marts import Marts
from dashboards.tables import Column, Table


def freshness_tables(marts: Marts) -> list[Table]:
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


def volume_charts(marts: Marts) -> list[Chart]:
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


def low_days_table(marts: Marts) -> Table | None:
    """Days far below the usual volume, of the sources that are expected to move."""
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


def drift_table(marts: Marts) -> Table | None:
    """Files that were not as they should be."""
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
