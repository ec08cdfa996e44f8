"""Fits seeds/reference/renewal_probabilities.csv on the renewals of a finished warehouse.

The warehouse must be of another company than the one that will be judged: another random seed, or
earlier quarters. An additive logistic model of the share of the ARR due that was kept, by forecast
category, risk band and CSM call, fitted on the snapshots 90, 60 and 30 days before the quarter
ended, and 270 days, when no opportunity is open yet.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import duckdb
import numpy as np

CATEGORIES = ("commit", "best_case", "pipeline", "at_risk", "omitted", "closed", "none",
              "notice_given")  # fmt: skip
BANDS = ("low", "elevated", "high", "green", "yellow", "red", "unknown")
CALLS = ("green", "yellow", "red", "none")
TARGET = Path(__file__).parent / "reference" / "renewal_probabilities.csv"
RIDGE = 0.3
"""Pull of each effect towards none, in observations: rare cells stay near the rest."""

CASES = """
    select s.forecast_category, s.risk_band, s.csm_call,
        r.retained_arr / r.due_arr as kept_share
    from marts.fct_renewal_forecast_daily as s
    inner join marts.fct_renewals as r on s.contract_id = r.contract_id
    where s.state = 'open' and r.due_arr > 0 and r.undecided_arr = 0
        and s.snapshot_date + {days} = date_trunc('quarter', s.due_date) + interval 3 month
            - interval 1 day
"""


def cases(warehouse: Path) -> list[tuple[str, str, str, float]]:
    """(category, band, call, share kept) of each open term so many days before quarter end."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return [
            (category, band, call, float(share))
            for days in (270, 90, 60, 30)
            for category, band, call, share in connection.execute(
                CASES.format(days=days)
            ).fetchall()
        ]


def design(rows: list[tuple[str, str, str]]) -> np.ndarray:
    """One column for the level and one per value of each of the three judgements."""
    columns = [[1.0] * len(rows)]
    for place, values in enumerate((CATEGORIES, BANDS, CALLS)):
        columns += [[float(row[place] == value) for row in rows] for value in values]
    return np.array(columns).T


def fitted(inputs: np.ndarray, shares: np.ndarray, rounds: int = 50) -> np.ndarray:
    """Effects of a ridge logistic regression, by Newton's method; the level isn't pulled."""
    pull = np.full(inputs.shape[1], RIDGE)
    pull[0] = 1e-6
    effects = np.zeros(inputs.shape[1])
    for _ in range(rounds):
        expected = 1 / (1 + np.exp(-inputs @ effects))
        slope = inputs.T @ (shares - expected) - pull * effects
        weight = expected * (1 - expected)
        effects += np.linalg.solve((inputs.T * weight) @ inputs + np.diag(pull), slope)
    return effects


def main() -> None:
    """Fits and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("warehouse", type=Path, help="a finished warehouse of another company")
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    found = cases(arguments.warehouse)
    effects = fitted(design([row[:3] for row in found]), np.array([row[3] for row in found]))
    cells = [(a, b, c) for a in CATEGORIES for b in BANDS for c in CALLS]
    probabilities = 1 / (1 + np.exp(-design(cells) @ effects))
    reason = f"Fitted on {len(found)} open terms of a company made from another random seed"
    with arguments.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["forecast_category", "risk_band", "csm_call", "probability", "owner",
                         "reason", "valid_from"])  # fmt: skip
        for cell, probability in zip(cells, probabilities, strict=True):
            writer.writerow([*cell, f"{probability:.4f}", "RevOps", reason, "2020-01-01"])
    print(f"{len(cells)} probabilities from {len(found)} cases to {arguments.out}")


if __name__ == "__main__":
    main()
