"""Segments and regions as the reference lists name them, for who knows no lists."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from tests.independent.amounts import missing
from tests.independent.inputs import ROOT

LISTS = {"segment": ("segments", "segment_id"), "region": ("regions", "region_id")}


@cache
def names_of(field_name: str) -> dict[str, str]:
    """Label, lower case with underscores, to the one name of it."""
    seed, column = LISTS[field_name]
    with Path(ROOT / "seeds" / "reference" / f"{seed}.csv").open(encoding="utf-8") as lines:
        return {row["label"]: row[column] for row in csv.DictReader(lines)}


def named(field_name: str, label: Any) -> str | None:
    """The name of a label; None where the list doesn't have it."""
    if missing(label):
        return None
    key = str(label).strip().lower().replace(" ", "_").replace("-", "_")
    return names_of(field_name).get(key)


def with_reference_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same tables with the names of segments and regions, in accounts and in their history."""
    accounts = tables["crm_accounts"].copy()
    for field_name in LISTS:
        accounts[field_name] = [named(field_name, label) for label in accounts[field_name]]
    changes = tables["crm_account_changes"].copy()
    for column in ("old_value", "new_value"):
        changes[column] = [
            named(field_name, value) if field_name in LISTS else value
            for field_name, value in zip(changes["field_name"], changes[column], strict=True)
        ]
    return {**tables, "crm_accounts": accounts, "crm_account_changes": changes}
