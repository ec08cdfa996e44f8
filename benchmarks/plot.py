"""The benchmark's figures as one picture: CPU seconds by stage, size and kind of run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

KINDS = {
    "full": "full build", "day": "one more day", "again": "the day again",
    "backfill": "30 days at once",
}  # fmt: skip
STAGES = ["ingest", "conform", "gate", "build", "learn", "audit", "publish", "site"]


def draw(results: dict[str, Any], folder: Path) -> None:
    """Write performance.svg into a folder."""
    import altair as alt
    import vl_convert

    rows = [
        {
            "size": _size(case),
            "run": KINDS[kind],
            "stage": stage["stage"],
            "order": STAGES.index(stage["stage"]),
            "CPU seconds": stage["cpu_seconds"],
        }
        for case in results["cases"]
        for kind in KINDS
        for stage in case.get(kind, {}).get("stages", [])
        if stage["stage"] in STAGES
    ]
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("sum(CPU seconds):Q", title="CPU seconds"),
            y=alt.Y("run:N", sort=list(KINDS.values()), title=None),
            color=alt.Color("stage:N", sort=STAGES, title="stage"),
            order=alt.Order("order:Q"),
        )
        .properties(width=560, height=90)
    )
    sizes = list(dict.fromkeys(row["size"] for row in rows))
    header = alt.Header(labelOrient="top", labelAnchor="start", labelFontWeight="bold")
    row = alt.Row("size:N", sort=sizes, title=None, header=header)
    chart = bars.facet(row=row).resolve_scale(x="independent")
    folder.mkdir(parents=True, exist_ok=True)
    text = vl_convert.vegalite_to_svg(chart.to_json())
    (folder / "performance.svg").write_text(text, encoding="utf-8")


def _size(case: dict[str, Any]) -> str:
    days = case["history_days"] or "all"
    return f"{case['accounts']:,} accounts, {days} days, {case['memory_limit']}"
