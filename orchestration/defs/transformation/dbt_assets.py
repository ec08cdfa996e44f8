"""The dbt project as assets: `conform` before the gate, `build` after it, `learn` after the fit."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from orchestration import progress
from orchestration.dbt import DbtError, NodeResult, run_dbt
from orchestration.defs.transformation.translator import UNIQUE_ID, DomainTranslator
from orchestration.health_policy import require_sound_health_policy
from orchestration.privacy.landing_guard import forget_again
from orchestration.project import dbt_manifest, load_project
from orchestration.publication import build_state
from orchestration.resources.warehouse import Warehouse
from orchestration.settings import Settings

POOL = "warehouse"


@dg.definitions
def transformation() -> dg.Definitions:
    """All phases, from the manifest of the home that the definitions are loaded for."""
    manifest = dbt_manifest(Settings.from_environment())
    phases = [conform_phase(manifest), build_phase(manifest), learn_phase(manifest)]
    return dg.Definitions(assets=phases)


def conform_phase(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Reference seeds, staging, the input contract and its faults; begins a new build."""

    @dbt_assets(
        manifest=manifest,
        name="conform",
        selector="conform",
        dagster_dbt_translator=DomainTranslator(),
        pool=POOL,
    )
    def conform(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        as_of = warehouse.settings.as_of
        require_sound_health_policy(warehouse.settings.project / "seeds" / "reference")
        with warehouse.connection() as connection:
            forget_again(connection, warehouse.settings.project, warehouse.settings.home)
            warehouse.close_load(connection)
            build_state.start_build(connection, as_of)
        yield from _phase(context, warehouse, "conform")
        if not context.is_subset:
            with warehouse.connection() as connection:
                build_state.record_conformed(connection, as_of)

    return conform


def build_phase(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Everything past the input contract but what tells of the fits; voids an earlier audit."""

    @dbt_assets(
        manifest=manifest,
        name="build",
        selector="build",
        dagster_dbt_translator=DomainTranslator(),
        pool=POOL,
    )
    def build(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        as_of = warehouse.settings.as_of
        with warehouse.connection() as connection:
            build_state.void_marts(connection, as_of)
        yield from _phase(context, warehouse, "build")

    return build


def learn_phase(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """What tells of the fits; with it the marts are complete."""

    @dbt_assets(
        manifest=manifest,
        name="learn",
        selector="learn",
        dagster_dbt_translator=DomainTranslator(),
        pool=POOL,
    )
    def learn(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
        as_of = warehouse.settings.as_of
        with warehouse.connection() as connection:
            build_state.void_marts(connection, as_of)
        yield from _phase(context, warehouse, "learn")
        if not context.is_subset:
            with warehouse.connection() as connection:
                build_state.record_built(connection, as_of)

    return learn


def _phase(
    context: dg.AssetExecutionContext, warehouse: Warehouse, phase: str
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    project = load_project(warehouse.settings)
    assets = {spec.metadata[UNIQUE_ID]: spec.key for spec in context.assets_def.specs}
    checks = {spec.metadata[UNIQUE_ID]: spec for spec in context.assets_def.check_specs}
    tables = tests = warnings = 0
    with progress.step(phase, "dbt") as step:
        try:
            arguments = _arguments(context, phase)
            if warehouse.full_refresh:
                arguments.append("--full-refresh")
            for node in run_dbt(warehouse.settings, project.variables, arguments):
                if node.is_test:
                    tests += 1
                    warnings += node.status == "warn"
                    if node.unique_id in checks:
                        yield _check_result(node, checks[node.unique_id])
                elif node.status == "success" and node.unique_id in assets:
                    tables += 1
                    yield dg.MaterializeResult(
                        asset_key=assets[node.unique_id],
                        metadata={"seconds": round(node.seconds, 3)},
                    )
                step.tell(node.unique_id.rpartition(".")[2])
        except DbtError as error:
            raise dg.Failure(description=str(error)) from error
        step.text = f"{tables} tables and views, {tests} tests, {warnings} warnings"


def _check_result(node: NodeResult, spec: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        asset_key=spec.asset_key,
        check_name=spec.name,
        passed=node.status == "pass",
        severity=severity,
        metadata={"failing rows": node.failures or 0, "message": node.message or node.status},
    )


def _arguments(context: dg.AssetExecutionContext, phase: str) -> list[str]:
    """The whole phase by its selector; of a part, exactly the chosen models and tests by name."""
    if not context.is_subset:
        reach = {"conform": "buildable", "build": "buildable", "learn": "eager"}[phase]
        return ["build", "--selector", phase, "--indirect-selection", reach]
    chosen = [
        spec.metadata[UNIQUE_ID]
        for spec in context.assets_def.specs
        if spec.key in context.selected_asset_keys
    ] + [
        spec.metadata[UNIQUE_ID]
        for spec in context.assets_def.check_specs
        if spec.key in context.selected_asset_check_keys
    ]
    manifest = dbt_manifest(Settings.from_environment())
    names = [".".join(manifest["nodes"][unique_id]["fqn"]) for unique_id in chosen]
    selection = [f"fqn:{name}" for name in names]
    return ["build", "--indirect-selection", "empty", "--select", *selection]
