"""What a person finds in the Dagster UI: every asset with its owner, group and kinds, one job."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration import dbt_manifest
from orchestration.dbt_manifest import manifest_dict
from orchestration.dbt_variables import PARSE_DAY
from orchestration.ingestion.source_tables import source_systems
from orchestration.project import load_project
from orchestration.settings import PROJECT, Settings

EXPOSURES = PROJECT / "dbt_project" / "models" / "_exposures.yml"
LOAD = """
import sys
from orchestration.definitions import definitions
definitions().resolve_job_def("main")
print(*sorted({"great_expectations", "sklearn", "scipy", "pandas"} & sys.modules.keys()))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, parsed_dbt: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(parsed_dbt, home / "dbt")
    return home


@pytest.fixture(scope="module")
def loaded(sample_sources: Path, home: Path) -> dg.Definitions:
    from orchestration.definitions import definitions

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSOPS_HOME", str(home))
        patch.setenv("CSOPS_SOURCES", str(sample_sources))
        return definitions()


@pytest.fixture(scope="module")
def specs(loaded: dg.Definitions) -> dict[str, dg.AssetSpec]:
    graph = loaded.resolve_asset_graph()
    return {
        key.to_user_string(): graph.get(key).to_asset_spec() for key in graph.executable_asset_keys
    }


def test_there_is_one_asset_for_each_source_table(specs: dict[str, dg.AssetSpec]) -> None:
    tables = {
        f"{system}/{table}"
        for system, tables in source_systems(PROJECT).items()
        for table in tables
    }
    assert tables
    assert tables <= specs.keys()
    assert {specs[table].group_name for table in tables} == set(source_systems(PROJECT))


def test_every_asset_has_an_owner_a_group_kinds_and_a_description(
    specs: dict[str, dg.AssetSpec],
) -> None:
    bare = {
        key
        for key, spec in specs.items()
        if not spec.kinds
        or not spec.description
        or spec.group_name in (None, "default")
        or not spec.owners
        or not all(owner.startswith("team:") for owner in spec.owners)
    }
    assert bare == set()


def test_the_job_main_takes_every_asset_and_every_check(loaded: dg.Definitions) -> None:
    layer = loaded.resolve_job_def("main").asset_layer
    graph = loaded.resolve_asset_graph()
    assert set(layer.selected_asset_keys) == set(graph.executable_asset_keys)
    assert set(layer.asset_graph.asset_check_keys) == set(graph.asset_check_keys)


def test_the_gate_stands_before_every_mart_and_the_audit_before_publication(
    loaded: dg.Definitions,
) -> None:
    steps = loaded.resolve_job_def("main").graph.dependencies
    before = {
        node.name: {
            dependency.node
            for definition in inputs.values()
            for dependency in definition.get_node_dependencies()
        }
        for node, inputs in steps.items()
    }
    assert {"gate", "conform"} <= before["build"]
    assert {"build", "learn"} <= before["audit"]
    assert "build" in before["churn_risk"]
    assert "build" in before["book_rebalancing"]
    assert {"churn_risk", "book_rebalancing"} <= before["learn"]
    assert "audit" in before["published__warehouse"]
    assert {"audit", "published__warehouse"} <= before["published__site"]


def test_every_source_table_leads_to_a_page_and_every_page_comes_from_the_marts_that_it_reads(
    loaded: dg.Definitions,
) -> None:
    graph = loaded.resolve_asset_graph()
    exposures = yaml.safe_load(EXPOSURES.read_text(encoding="utf-8"))["exposures"]
    pages = {key for key in graph.executable_asset_keys if key.path[0] == "pages"}
    assert {key.path[1] for key in pages} == {
        one["name"].removeprefix("page_") for one in exposures if one["name"].startswith("page_")
    }
    reached: set[dg.AssetKey] = set()
    for page in pages:
        [exposure] = [one for one in exposures if one["name"] == f"page_{page.path[1]}"]
        marts = {dg.AssetKey(["marts", one[5:-2]]) for one in exposure["depends_on"]}
        parents = graph.get(page).parent_keys
        assert parents == marts | {dg.AssetKey(["published", "warehouse"])}
        waiting = set(parents)
        while waiting:
            key = waiting.pop()
            if key not in reached:
                reached.add(key)
                waiting |= graph.get(key).parent_keys
    systems = source_systems(PROJECT)
    tables = {dg.AssetKey([name, table]) for name, own in systems.items() for table in own}
    assert tables <= reached


def test_no_dbt_source_test_became_a_check(loaded: dg.Definitions) -> None:
    raw = set(source_systems(PROJECT))
    checks = loaded.resolve_asset_graph().asset_check_keys
    assert checks
    assert not [check for check in checks if check.asset_key.path[0] in raw]


def test_the_daily_schedule_is_visible_and_waits_to_be_switched_on(loaded: dg.Definitions) -> None:
    schedule = loaded.resolve_schedule_def("daily")
    assert schedule.job_name == "main"
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


def test_the_kept_manifest_knows_no_day(loaded: dg.Definitions, home: Path) -> None:
    """A day that got into the parsed project would be every later day's day too."""
    kept = list((home / "dbt" / "kept").glob("*.json"))
    assert len(kept) == 1
    assert PARSE_DAY.isoformat() not in kept[0].read_text(encoding="utf-8")


def test_a_home_that_was_copied_finds_what_dbt_has_parsed(
    sample_sources: Path, home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home / "dbt" / "kept", tmp_path / "dbt" / "kept")
    settings = Settings.from_environment(tmp_path, sample_sources)
    assert len(manifest_dict(settings, load_project(settings).variables)["nodes"]) > 500
    assert not (tmp_path / "dbt" / "manifest.json").exists()


def test_a_new_home_takes_what_set_up_has_parsed(
    sample_sources: Path, home: Path, tmp_path: Path
) -> None:
    """As long as no file has changed since: with another one it is parsed anew."""
    project = tmp_path / "project"
    for folder in ("dbt_project", "seeds/reference"):
        shutil.copytree(
            PROJECT / folder, project / folder, ignore=shutil.ignore_patterns("target", "logs")
        )
    settings = Settings.from_environment(tmp_path / "home", sample_sources)
    settings = replace(settings, project=project)
    stamp = dbt_manifest._stamp(settings, load_project(settings).variables)
    parsed = project / "dbt_project" / "target" / "setup" / "dbt" / "kept"
    parsed.mkdir(parents=True)
    for file in (home / "dbt" / "kept").iterdir():
        shutil.copy(file, parsed / f"{stamp}{file.suffix}")
    for name in ("manifest.json", "semantic_manifest.json"):  # for lineage and `csops metrics`
        (parsed.parent / name).write_text(f"{name} of set-up", encoding="utf-8")
    assert len(manifest_dict(settings, load_project(settings).variables)["nodes"]) > 500
    left = {file.name: file for file in settings.dbt_target.iterdir()}
    assert left.keys() == {"kept", "manifest.json", "semantic_manifest.json"}
    assert left["semantic_manifest.json"].read_text("utf-8") == "semantic_manifest.json of set-up"
    assert len(list(left["kept"].iterdir())) == 2
    (project / "dbt_project" / "models" / "new.sql").write_text("select 1 as one", encoding="utf-8")
    other = dbt_manifest._stamp(settings, load_project(settings).variables)
    assert not dbt_manifest._taken_from_set_up(settings, other)


def test_definitions_load_without_heavy_libraries(sample_sources: Path, home: Path) -> None:
    environment = {
        **os.environ,
        "CSOPS_HOME": str(home),
        "CSOPS_SOURCES": str(sample_sources),
        "PYTHONPATH": str(PROJECT),
    }
    load = [sys.executable, "-c", LOAD]
    # Where dbt has to parse its project first, that brings pandas in; here it is parsed already.
    said = subprocess.run(load, env=environment, capture_output=True, text=True, check=True).stdout
    assert said.splitlines()[-1] == ""


def test_definitions_py_stays_fifteen_lines() -> None:
    assert len((PROJECT / "orchestration" / "definitions.py").read_text().splitlines()) <= 15


def test_the_job_starts_from_the_ui_which_asks_for_some_checks_at_a_time(
    loaded: dg.Definitions,
) -> None:
    job = loaded.resolve_job_def("main")
    graph = loaded.resolve_asset_graph()
    some = {key for key in graph.asset_check_keys if key.asset_key.path[0] != "marts"}
    part = job.get_subset(
        asset_selection=set(graph.executable_asset_keys), asset_check_selection=some
    )
    assert {node.name for node in part.nodes} == {node.name for node in job.nodes} - {"audit"}


def test_every_duty_of_the_calendar_is_an_asset_that_goes_stale_and_has_a_schedule(
    loaded: dg.Definitions, specs: dict[str, dg.AssetSpec]
) -> None:
    from dashboards.reports import duties

    for duty in duties(PROJECT):
        assert specs[f"reports/{duty.duty_id}"].freshness_policy is not None
        schedule = loaded.resolve_schedule_def(f"{duty.cadence}_reports")
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED
        job = loaded.resolve_job_def(schedule.job_name)
        assert dg.AssetKey(["reports", duty.duty_id]) in job.asset_layer.selected_asset_keys
