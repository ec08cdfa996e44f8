"""Whether the default health score beats its parts on companies that nobody tuned it on.

    python -m benchmarks.health_weights --seeds 101 102 103 --accounts 1000

Makes other companies with the generator, builds their health history, and asks 90 days before each
renewal that became due: does the score rank losses better than each input and measure alone, on the
same accounts (DeLong, paired)? Then it tunes the weights on all companies but one and tries them
on that one. With `--warehouse` it looks at warehouses that are there already, the sample's say.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from benchmarks.health_tuning import Weights, scored, tuned
from benchmarks.machine import ROOT
from orchestration.churn_risk.measures import auc, auc_gain

PROJECT = ROOT / "dbt_project"
Z = 1.959964
SHARES_OF_EVIDENCE = (0.0, 0.5, 1.0)
CASES = """
select account_id, outcome_date, segment, predictor_id, is_lost,
    cast(predictor_value as double) as predictor_value
from intermediate.int_health_validation_cases
where outcome_type = 'renewal' and horizon_days = 90
"""


def main() -> None:
    """Make the companies, print the tables and write them to benchmarks/results."""
    options = _options()
    warehouses = {path.parent.name: path for path in options.warehouse} or {
        f"seed {seed}": _company(options.folder / str(seed), seed, options.accounts)
        for seed in options.seeds
    }
    companies = {name: cases(path) for name, path in warehouses.items()}
    everything = pd.concat(companies.values(), ignore_index=True)
    result = {
        "date": date.today().isoformat(),
        "companies": list(companies),
        "renewals": len(everything),
        "lost": int(everything["is_lost"].sum()),
        "score_against_its_parts": compared(everything),
        "shuffled": shuffled(everything.head(5000)),
        "loss_rate_by_score": by_score(everything),
        "tuned_on_the_other_companies": left_out(companies) if len(companies) > 1 else {},
    }
    print(json.dumps(result, indent=2))
    if not options.no_write:
        file = ROOT / "benchmarks" / "results" / f"{result['date']}-health-weights.json"
        file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def cases(warehouse: Path) -> pd.DataFrame:
    """One row per renewal with the score and every grade of 90 days before."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = connection.execute(CASES).df()
    keys = ["account_id", "outcome_date", "segment", "is_lost"]
    found["segment"] = found["segment"].fillna("(none)")
    wide = found.pivot_table(index=keys, columns="predictor_id", values="predictor_value")
    return wide.reset_index().sort_values(["outcome_date", "account_id"], ignore_index=True)


def compared(table: pd.DataFrame) -> dict[str, dict[str, object]]:
    """The AUC of each predictor, and the score's lead over it on the same renewals."""
    found = {}
    names = [name for name in table if table[name].dtype == "float64" and name != "churn_risk"]
    for name in sorted(names):
        known = table[table[name].notna()]
        lost = known["is_lost"].tolist()
        own = auc((-known[name]).tolist(), lost, Z)
        lead = auc_gain((-known["score"]).tolist(), (-known[name]).tolist(), lost, Z)
        found[name] = {
            "renewals": len(known),
            "lost": sum(lost),
            "auc": _rounded(own.value, own.lower, own.upper),
            "score_leads_by": _rounded(lead.value, lead.lower, lead.upper),
        }
    return found


def shuffled(table: pd.DataFrame, times: int = 1000) -> float:
    """Share of shuffles of the outcomes whose interval holds 0.5."""
    random = np.random.default_rng(1)
    ranking, lost = (-table["score"]).tolist(), table["is_lost"].to_numpy()
    held = 0
    for _ in range(times):
        found = auc(ranking, random.permutation(lost).tolist(), Z)
        held += found.lower <= 0.5 <= found.upper
    return held / times


def by_score(table: pd.DataFrame) -> dict[str, list[float]]:
    """Renewals, and the share of them that was lost, by tens of the score."""
    tens = (table["score"] // 10 * 10).clip(upper=90).astype(int)
    groups = table.groupby(tens)["is_lost"]
    return {
        f"{ten}-{ten + 10}": [int(group.size), round(float(group.mean()), 3)]
        for ten, group in groups
    }


def left_out(companies: dict[str, pd.DataFrame]) -> dict[str, dict[str, list[float]]]:
    """AUC of each company with weights half or wholly tuned on the others, and its change."""
    shipped = Weights.shipped()
    found: dict[str, dict[str, list[float]]] = {}
    for name, table in companies.items():
        others = pd.concat([one for other, one in companies.items() if other != name])
        found[name] = {}
        lost = table["is_lost"].tolist()
        before = (-scored(table, shipped)).tolist()
        for share in SHARES_OF_EVIDENCE:
            after = (-scored(table, tuned(others, shipped, share))).tolist()
            gain = auc_gain(after, before, lost, Z)
            found[name][f"{share:.1f} evidence"] = _rounded(
                auc(after, lost, Z).value, gain.value, gain.lower, gain.upper
            )
    return found


def _company(folder: Path, seed: int, accounts: int) -> Path:
    warehouse = folder / "warehouse.duckdb"
    if warehouse.exists():
        return warehouse
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "draft.duckdb"
    draft.unlink(missing_ok=True)
    sources = (ROOT / "sources.yml").read_text(encoding="utf-8").replace("seeds/raw", "raw")
    (folder / "sources.yml").write_text(sources, encoding="utf-8")
    generate = (
        *("seeds/generate.py", "--seed", str(seed), "--accounts", str(accounts)),
        *("--clean", "--format", "parquet", "--out", str(folder / "raw")),
    )
    land = (
        *("-m", "orchestration.ingestion.land"),
        *("--sources", str(folder / "sources.yml"), "--warehouse", str(draft)),
    )
    build = (
        *("-m", "dbt.cli.main", "--quiet", "build"),
        *("--select", "+int_health_validation_cases", "resource_type:seed"),
        *("--exclude", "resource_type:test", "resource_type:unit_test"),
        *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
        *("--target-path", str(folder / "dbt"), "--log-path", str(folder / "dbt")),
    )
    environment = {**os.environ, "CSOPS_WAREHOUSE": str(draft), "DO_NOT_TRACK": "1"}
    for command in (generate, land, build):
        subprocess.run([sys.executable, *command], check=True, cwd=ROOT, env=environment)
    draft.rename(warehouse)
    return warehouse


def _rounded(*values: float) -> list[float]:
    return [round(float(value), 4) for value in values]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--folder", type=Path, default=ROOT / ".benchmark" / "health_weights")
    parser.add_argument("--warehouse", type=Path, nargs="+", default=[])
    parser.add_argument("--no-write", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
