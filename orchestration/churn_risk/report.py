"""A recorded run in words, for the person who has to accept it or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]


@dataclass(frozen=True)
class RecordedRun:
    """A run as it was written down: its row, its coefficients, its proposed weights."""

    row: Row
    coefficients: tuple[Row, ...]
    weights: tuple[Row, ...]

    @property
    def is_fitted(self) -> bool:
        """Whether there is a model to accept."""
        return self.row["status"] == "fitted"

    @property
    def proposed_sets(self) -> dict[tuple[str, str], list[Row]]:
        """The proposed weights by segment and lifecycle stage, without sets of too few cases."""
        sets: dict[tuple[str, str], list[Row]] = {}
        for row in self.weights:
            if row["status"] == "proposed":
                sets.setdefault((row["segment"], row["lifecycle_stage"]), []).append(row)
        return sets


def recorded_run(
    connection: duckdb.DuckDBPyConnection, run_id: str, tables: Sequence[str]
) -> RecordedRun:
    """The run from `tables`: those of the runs, of the coefficients and of the proposals."""
    runs, coefficients, weights = (
        rows_of(connection, f"select * from {table} where run_id = ? order by all", [run_id])
        for table in tables
    )
    return RecordedRun(runs[0], tuple(coefficients), tuple(weights))


def write_proposal(
    connection: duckdb.DuckDBPyConnection, run_id: str, folder: Path
) -> tuple[str, dict[str, Any]]:
    """Write `<folder>/<run id>.md`; its first line and Dagster's metadata of the run."""
    from orchestration.churn_risk.records import SCHEMA

    tables = [f"{SCHEMA}.{name}" for name in ("model_runs", "coefficients", "weight_proposals")]
    run = recorded_run(connection, run_id, tables)
    lines = described(run)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{run_id}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    metadata = {
        "run": run_id,
        "status": run.row["status_text"],
        "AUC out of time": run.row["auc"] and float(run.row["auc"]),
        "renewals": (run.row["train_renewals"] or 0) + (run.row["test_renewals"] or 0),
    }
    return lines[0].lstrip("# "), {name: one for name, one in metadata.items() if one is not None}


def described(run: RecordedRun) -> list[str]:
    """The run as lines of Markdown."""
    row = run.row
    lines = [f"# Churn-risk run {row['run_id']}: {headline(row)}"]
    if not run.is_fitted:
        return [*lines, "", "There is no model and nothing is proposed."]
    lines += [
        "",
        f"Learned from {row['train_renewals']} renewals due {row['first_train_date']} to "
        f"{row['last_train_date']} ({row['train_lost']} lost), all final by "
        f"{row['learned_to_date']}.",
        f"Tested on {row['test_renewals']} renewals due {row['split_date']} to "
        f"{row['last_test_date']} ({row['test_lost']} lost), each looked at "
        f"{row['horizon_days']} days before.",
        "",
        f"- AUC {interval(row, 'auc')}; the health score's own: {row['score_auc']:.3f}",
        f"- Brier {interval(row, 'brier')}; saying the average of everybody: "
        f"{row['base_rate_brier']:.3f}",
        "",
        "| input | coefficient per point | per standard deviation | average grade |",
        "|---|---|---|---|",
        *(
            f"| {one['input_id']} | {one['coefficient']:.5f} | "
            f"{one['standard_coefficient']:+.3f} | {one['mean_grade']:.1f} |"
            for one in run.coefficients
        ),
        "",
        "## Proposed health weights",
        "",
        *_proposed(run),
        "",
        "Nothing of this counts until a person accepts it:",
        "",
        f'    csops weights accept {row["run_id"]} --owner "…" --reason "…"',
    ]
    return lines


def headline(row: Row) -> str:
    """A run in half a line."""
    if row["status"] != "fitted":
        return str(row["status_text"])
    return f"{row['status_text']}, AUC out of time {interval(row, 'auc')}"


def interval(row: Row, name: str) -> str:
    """A figure with its 95 % interval."""
    low, high = row[f"{name}_lower_95"], row[f"{name}_upper_95"]
    return f"{row[name]:.3f} ({low:.3f} to {high:.3f})"


def gain(row: Row) -> str:
    """What the proposed weights do to the AUC, in words."""
    if row["current_auc"] is None:
        return f"too few later renewals to test on ({row['test_lost']} lost)"
    low, high = row["auc_gain_lower_95"], row["auc_gain_upper_95"]
    verdict = "more than chance" if low > 0 else "less" if high < 0 else "no more than chance"
    return (
        f"AUC out of time {row['current_auc']:.3f} → {row['proposed_auc']:.3f} "
        f"(change {low:+.3f} to {high:+.3f}: {verdict})"
    )


def _proposed(run: RecordedRun) -> list[str]:
    lines = ["| segment | stage | input | now | evidence | proposed |", "|---|---|---|---|---|---|"]
    for row in run.weights:
        if row["status"] == "proposed":
            lines.append(
                f"| {row['segment']} | {row['lifecycle_stage']} | {row['input_id']} | "
                f"{row['current_weight']:.2f} | {row['evidence_weight']:.2f} | "
                f"{row['proposed_weight']:.2f} |"
            )
    lines.append("")
    seen = {(row["segment"], row["lifecycle_stage"]): row for row in run.weights}
    for (segment, stage), row in sorted(seen.items()):
        said = gain(row) if row["status"] == "proposed" else row["status_text"]
        lines.append(f"- {segment}, {stage}: {said}")
    return lines


def rows_of(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()
) -> list[Row]:
    """What a query finds, each row by its columns."""
    answer = connection.execute(query, list(parameters))
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
