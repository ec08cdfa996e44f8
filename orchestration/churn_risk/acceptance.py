"""A run becomes policy: new rows in the reference tables, never a change of old ones."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from orchestration.churn_risk.report import RecordedRun, gain, interval
from orchestration.health_policy import PolicyError, health_policy_faults

MODELS, COEFFICIENTS, WEIGHTS = "churn_risk_models", "churn_risk_coefficients", "health_weights"
_Rows = dict[str, list[dict[str, str]]]


class AcceptanceError(ValueError):
    """The run can't be accepted like this; the message says why and what would do."""


@dataclass(frozen=True)
class Signature:
    """Who accepts, why, and from which day on it counts."""

    owner: str
    reason: str
    valid_from: date

    def __post_init__(self) -> None:
        """Refuse a decision without a name or a reason."""
        for name in ("owner", "reason"):
            if not getattr(self, name).strip():
                raise AcceptanceError(f"a {name} is needed: say --{name}")


def accept(
    run: RecordedRun, signature: Signature, reference: Path, model: bool, weights: bool
) -> dict[str, int]:
    """Append the run's model and proposed weights to the tables in `reference`; rows by file.

    The tables are judged as `csops run` judges them before a file is touched. Raises
    AcceptanceError, and PolicyError when the new tables couldn't be used.
    """
    _refuse_unusable(run, signature)
    rows: _Rows = {}
    if model:
        rows |= _model_rows(run, signature)
    if weights:
        rows |= _weight_rows(run, signature)
    _refuse_known(rows, reference)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(shutil.copytree(reference, Path(folder) / "reference"))
        before = {str(fault) for fault in health_policy_faults(draft)}
        for name, new in rows.items():
            _append(draft / f"{name}.csv", new)
        faults = [fault for fault in health_policy_faults(draft) if str(fault) not in before]
        if faults:
            raise PolicyError(faults)
        for name in rows:
            _replace(reference / f"{name}.csv", (draft / f"{name}.csv").read_bytes())
    return {f"{name}.csv": len(new) for name, new in rows.items()}


def _refuse_unusable(run: RecordedRun, signature: Signature) -> None:
    row = run.row
    if not run.is_fitted:
        raise AcceptanceError(f"run {row['run_id']} has no model: {row['status_text']}")
    if signature.valid_from <= row["learned_to_date"]:
        raise AcceptanceError(
            f"run {row['run_id']} learned from outcomes up to {row['learned_to_date']}: it can "
            f"count from the day after, not from {signature.valid_from}"
        )


def _refuse_known(rows: _Rows, reference: Path) -> None:
    """A set of weights or a model of the same start day may not be replaced."""
    keys = {MODELS: ("model_id",), WEIGHTS: ("segment", "lifecycle_stage", "valid_from")}
    for name, columns in keys.items():
        with (reference / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            known = {tuple(row[column] for column in columns) for row in csv.DictReader(lines)}
        for row in rows.get(name, []):
            key = tuple(row[column] for column in columns)
            if key in known:
                raise AcceptanceError(
                    f"{name}.csv has {', '.join(key)} already; old rows are never changed"
                )


def _model_rows(run: RecordedRun, signature: Signature) -> _Rows:
    row = run.row
    signed = {
        "owner": signature.owner,
        "reason": f"{signature.reason} (run {row['run_id']}: AUC out of time "
        f"{interval(row, 'auc')} on {row['test_renewals']} renewals, {row['test_lost']} lost)",
        "valid_from": signature.valid_from.isoformat(),
    }
    model = {
        "model_id": row["run_id"],
        "learned_from_contract_id": row["learned_from_contract_id"],
        "learned_from_end_date": row["learned_from_end_date"].isoformat(),
        "learned_to_date": row["learned_to_date"].isoformat(),
        "intercept": row["intercept"],
        "calibration_slope": row["calibration_slope"],
        "calibration_intercept": row["calibration_intercept"],
        **signed,
    }
    coefficients = [
        {
            "model_id": row["run_id"],
            "input_id": one["input_id"],
            "mean_grade": one["mean_grade"],
            "coefficient": one["coefficient"],
            **signed,
            "reason": f"Part of model {row['run_id']}",
        }
        for one in run.coefficients
    ]
    # A model is written last: it never stands there without its coefficients.
    return {COEFFICIENTS: [_text(one) for one in coefficients], MODELS: [_text(model)]}


def _weight_rows(run: RecordedRun, signature: Signature) -> _Rows:
    """The sets that the run proposes; sets with too few outcomes keep their weights."""
    if not run.proposed_sets:
        raise AcceptanceError(f"run {run.row['run_id']} proposes no weights")
    return {
        WEIGHTS: [
            _text(
                {
                    "segment": segment,
                    "lifecycle_stage": stage,
                    "input_id": one["input_id"],
                    "weight": f"{one['proposed_weight']:.2f}",
                    "model_version": run.row["run_id"],
                    "owner": signature.owner,
                    "reason": f"{signature.reason} (run {run.row['run_id']}: {gain(one)})",
                    "valid_from": signature.valid_from.isoformat(),
                }
            )
            for (segment, stage), inputs in run.proposed_sets.items()
            for one in inputs
        ]
    }


def _text(row: Mapping[str, object]) -> dict[str, str]:
    return {
        name: f"{value:f}" if isinstance(value, Decimal) else str(value)
        for name, value in row.items()
    }


def _append(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Add rows behind the last one, in the columns and line ends of the file."""
    before = file.read_bytes()
    text = before.decode("utf-8")
    ending = "\r\n" if "\r\n" in text else "\n"
    [columns] = csv.reader(io.StringIO(text.splitlines()[0]))
    added = io.StringIO()
    writer = csv.DictWriter(added, columns, lineterminator=ending)
    writer.writerows(rows)
    gap = "" if text.endswith(("\n", "\r")) else ending
    file.write_bytes(before + (gap + added.getvalue()).encode("utf-8"))


def _replace(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.new")
    draft.write_bytes(content)
    draft.replace(file)
