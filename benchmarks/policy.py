"""The project with another length of daily history; policy is data, so a copy has other data."""

from __future__ import annotations

import csv
import os
import shutil
from pathlib import Path

from benchmarks.machine import ROOT

LENGTHS = {
    "health_settings.csv": "backfill_days",
    "capacity_settings.csv": "backfill_days",
    "renewal_settings.csv": "forecast_backfill_days",
}


def project_with_history(folder: Path, days: int | None) -> Path:
    """The project itself, or a copy at `folder` whose first build goes back so many days."""
    if days is None:
        return ROOT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    left_out = shutil.ignore_patterns("target", "logs", "__pycache__")
    for name in ("orchestration", "expectations", "dashboards", "dbt_project"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    shutil.copytree(ROOT / "seeds" / "reference", folder / "seeds" / "reference")
    for name in ("pyproject.toml", "sources.yml"):
        shutil.copy(ROOT / name, folder / name)
    for file, setting in LENGTHS.items():
        _set(folder / "seeds" / "reference" / file, setting, days)
    os.sync()
    return folder


def _set(file: Path, setting: str, value: int) -> None:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    changed = [row for row in rows if row["setting_id"] == setting]
    if len(changed) != 1:
        raise RuntimeError(f"{file.name} has {len(changed)} settings {setting}")
    changed[0]["setting_value"] = str(value)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
