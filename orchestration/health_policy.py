"""The reference tables of the health score, judged before any model is built."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

INPUTS = ("usage", "engagement", "support", "sentiment", "commercial")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A line of a reference file: its number in the file (the header is 1) and its values."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The value of a column, without blanks around it; an empty text where it has none."""
        return (self.values.get(column) or "").strip()


@dataclass(frozen=True)
class PolicyFault:
    """What is wrong, where. `line` is the line in the file; `rule` is the rule that it breaks."""

    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.file} line {self.line}: {self.message} ({self.rule})"


class PolicyError(ValueError):
    """The health policy can't be used; `faults` says why, the message names each of them."""

    def __init__(self, faults: Sequence[PolicyFault]) -> None:
        """Keep the faults beside the message."""
        super().__init__("the health policy can't be used:\n" + "\n".join(map(str, faults)))
        self.faults = tuple(faults)


def require_sound_health_policy(reference: Path) -> None:
    """Raise PolicyError unless the health tables in the folder `reference` can be used."""
    if faults := health_policy_faults(reference):
        raise PolicyError(faults)


def health_policy_faults(reference: Path) -> list[PolicyFault]:
    """Every fault of weights, bands and measures, in the order of files and lines."""
    segments = {row["segment_id"] for row in _rows(reference, "segments")} | {"all"}
    measures = {row["measure_id"]: row for row in _rows(reference, "health_measures")}
    weights = _rows(reference, "health_weights")
    measure_weights = _rows(reference, "health_measure_weights")
    measure_bands = _rows(reference, "health_measure_bands")
    found: list[PolicyFault] = []
    found += _unknown("health_weights", weights, "segment", segments, "unknown_segment")
    found += _unknown("health_weights", weights, "input_id", set(INPUTS), "unknown_input")
    found += _shares("health_weights", weights, "weight", ("segment", "lifecycle_stage"))
    found += _shares("health_measure_weights", measure_weights, "measure_weight", ("input_id",))
    found += _unknown(
        "health_measure_weights", measure_weights, "measure_id", set(measures), "unknown_measure"
    )
    found += [
        PolicyFault(
            "health_measure_weights.csv", row.line, "input_of_measure",
            f"{row['measure_id']} belongs to {measures[row['measure_id']]['input_id']}, "
            f"not to {row['input_id']}",
        )
        for row in measure_weights
        if row["measure_id"] in measures
        and measures[row["measure_id"]]["input_id"] != row["input_id"]
    ]  # fmt: skip
    found += _unknown("health_measure_bands", measure_bands, "segment", segments, "unknown_segment")
    found += _unknown(
        "health_measure_bands", measure_bands, "measure_id", set(measures), "unknown_measure"
    )
    for _, rows in _grouped(measure_bands, ("measure_id", "segment", "valid_from")):
        found += _ladder("health_measure_bands", rows, "lower_bound", "upper_bound", None)
    found += [
        PolicyFault("health_measure_bands.csv", row.line, "grade_range", "the grade isn't 0 to 100")
        for row in measure_bands
        if (grade := _number(row["grade"])) is None or not 0 <= grade <= 100
    ]
    bands = _rows(reference, "health_bands")
    found += _ladder("health_bands", bands, "lower_score", "upper_score", Decimal(0))
    found += _churn_risk(reference)
    return sorted(found, key=lambda fault: (fault.file, fault.line, fault.rule))


def _churn_risk(reference: Path) -> list[PolicyFault]:
    """Faults of the accepted churn-risk models and of the bands of the risk."""
    models = {row["model_id"]: row for row in _rows(reference, "churn_risk_models")}
    coefficients = _rows(reference, "churn_risk_coefficients")
    bands = _rows(reference, "churn_risk_bands")
    found = _ladder("churn_risk_bands", bands, "lower_risk", "upper_risk", Decimal(0))
    found += _unknown(
        "churn_risk_coefficients", coefficients, "model_id", set(models), "unknown_model"
    )
    found += _unknown(
        "churn_risk_coefficients", coefficients, "input_id", set(INPUTS), "unknown_input"
    )
    numbers = {
        "churn_risk_models": ("intercept", "calibration_slope", "calibration_intercept"),
        "churn_risk_coefficients": ("mean_grade", "coefficient"),
    }
    found += [
        PolicyFault(f"{name}.csv", row.line, "number", f"{column} isn't a number")
        for name, columns in numbers.items()
        for row in _rows(reference, name)
        for column in columns
        if _number(row[column]) is None
    ]
    for model_id, row in models.items():
        inputs = sorted(one["input_id"] for one in coefficients if one["model_id"] == model_id)
        if inputs != sorted(INPUTS):
            message = f"model {model_id} needs one coefficient for each input, not {inputs}"
            found.append(
                PolicyFault("churn_risk_models.csv", row.line, "one_coefficient_each", message)
            )
        if row["valid_from"] <= row["learned_to_date"]:
            message = f"model {model_id} learned from outcomes up to {row['learned_to_date']}"
            found.append(PolicyFault("churn_risk_models.csv", row.line, "no_hindsight", message))
        if (_number(row["calibration_slope"]) or Decimal(1)) <= 0:
            message = "the calibration turns the model around"
            found.append(PolicyFault("churn_risk_models.csv", row.line, "slope_above_0", message))
    return found


def _rows(reference: Path, name: str) -> list[Row]:
    with (reference / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        return [Row(reader.line_num, values) for values in reader]


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _grouped(rows: Iterable[Row], columns: Key) -> list[tuple[Key, list[Row]]]:
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return list(groups.items())


def _unknown(
    name: str, rows: Iterable[Row], column: str, known: set[str], rule: str
) -> list[PolicyFault]:
    return [
        PolicyFault(f"{name}.csv", row.line, rule, f"{column} {row[column]!r} isn't known")
        for row in rows
        if row[column] not in known
    ]


def _shares(name: str, rows: Sequence[Row], column: str, set_columns: Key) -> list[PolicyFault]:
    """Weights outside 0 to 1, and sets of one start day that don't sum to 1."""
    found = [
        PolicyFault(f"{name}.csv", row.line, "weight_range", f"{column} isn't a number 0 to 1")
        for row in rows
        if (share := _number(row[column])) is None or not 0 <= share <= 1
    ]
    for key, group in _grouped(rows, (*set_columns, "valid_from")):
        total = sum((_number(row[column]) or Decimal(0) for row in group), Decimal(0))
        if total != 1:
            what = ", ".join(key)
            found.append(
                PolicyFault(
                    f"{name}.csv",
                    group[0].line,
                    "weights_sum_to_one",
                    f"the weights of {what} sum to {total.normalize():f}, not to 1",
                )
            )
    return found


def _ladder(
    name: str, rows: Sequence[Row], lower: str, upper: str, floor: Decimal | None
) -> list[PolicyFault]:
    """Bands that overlap, leave a gap, or don't reach from `floor` (None: no limit) upwards."""

    def fault(row: Row, rule: str, message: str) -> PolicyFault:
        return PolicyFault(f"{name}.csv", row.line, rule, message)

    lowest = Decimal("-Infinity")
    ordered = sorted(rows, key=lambda row: lowest if not row[lower] else _number(row[lower]) or 0)
    found = [
        fault(row, "inclusive_end", "only the lower end of a band can belong to it")
        for row in ordered
        if row["inclusive_end"] != "lower"
    ]
    first, last = ordered[0], ordered[-1]
    if (_number(first[lower]) if first[lower] else None) != floor:
        start = "without a lower limit" if floor is None else f"at {floor}"
        found.append(fault(first, "bands_cover", f"the lowest band must start {start}"))
    if last[upper]:
        found.append(fault(last, "bands_cover", "the highest band must have no upper limit"))
    for below, above in pairwise(ordered):
        end, start = _number(below[upper]), _number(above[lower])
        if end is None or start is None:
            found.append(fault(above, "bands_overlap", "two bands have no limit between them"))
        elif end > start:
            found.append(fault(above, "bands_overlap", f"overlaps the band of line {below.line}"))
        elif end < start:
            found.append(fault(above, "bands_cover", f"leaves a gap after line {below.line}"))
    return found
