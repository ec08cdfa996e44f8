"""How a dbt model shows in Dagster: its own description, its group, the team that owns it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.ownership import ownership
from orchestration.publication.build_state import MARTS
from orchestration.settings import PROJECT

UNIQUE_ID = "dagster_dbt/unique_id"
DEFAULT_TEAM = "Data Platform"


def team(name: str) -> str:
    """A team as Dagster names owners: `team:data-platform`."""
    return "team:" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def owning_team(kind: str, scope: str, name: str) -> str:
    """The owner of a thing by `seeds/reference/ownership.csv`, as Dagster names owners."""
    found = ownership(PROJECT / "seeds" / "reference").owner(kind, scope, name)
    return team(found.team if found else DEFAULT_TEAM)


def mart_keys(manifest: Mapping[str, Any]) -> list[dg.AssetKey]:
    """The asset of every mart of the dbt project."""
    return [
        dg.AssetKey([MARTS, node["name"]])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"].endswith(MARTS)
    ]


class DomainTranslator(DagsterDbtTranslator):
    """dbt group = Dagster group; a group's owner owns its models; source tests are no checks."""

    def __init__(self) -> None:
        """Leave source tests to landing and the gate."""
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=False))

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The description alone; the SQL is in the repository."""
        return dbt_resource_props.get("description") or ""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The dbt group; seeds without one are policy."""
        if dbt_resource_props["resource_type"] == "seed":
            return dbt_resource_props.get("config", {}).get("group") or "reference"
        return super().get_group_name(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        """The owner by the ownership map, as a team."""
        return [owning_team("model", self._group(dbt_resource_props), dbt_resource_props["name"])]

    def _group(self, dbt_resource_props: Mapping[str, Any]) -> str:
        if dbt_resource_props["resource_type"] == "seed":
            return "reference"
        return dbt_resource_props.get("config", {}).get("group") or ""
