"""Raw tables as assets: one step a system, one asset a table, and the mapped contract tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration import progress
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import owning_team
from orchestration.ingestion.configuration import Sources, SourceSystem
from orchestration.project import dbt_manifest, load_project
from orchestration.resources.warehouse import Warehouse
from orchestration.settings import Settings

LANDING = "landing"


@dg.definitions
def ingestion() -> dg.Definitions:
    """A multi-asset for each system of the sources file, and one for the mapped tables."""
    settings = Settings.from_environment()
    sources = load_project(settings).sources
    described = _described_sources(dbt_manifest(settings))
    assets = [raw_tables(system, described) for system in sources.systems.values()]
    if sources.mapped_tables:
        assets.append(mapped_tables(sources, described))
    raw = [key for asset in assets for key in asset.keys]
    return dg.Definitions(assets=[*assets, *landing_tables(raw, described)])


def raw_tables(
    system: SourceSystem, described: Mapping[tuple[str, str], Mapping[str, Any]]
) -> dg.AssetsDefinition:
    """The raw tables of one system, landed from its files on one connection."""
    specs = [
        _spec(system.name, name, described, {"duckdb", _file_kind(table.file)}, table.description)
        for name, table in system.tables.items()
    ]

    @dg.multi_asset(name=f"land_{system.name}", specs=specs, can_subset=True, pool=POOL)
    def land(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult]:
        from orchestration.ingestion.landing import land_system
        from orchestration.ingestion.landing_error import LandingError

        sources = load_project(warehouse.settings).sources
        refused: list[str] = []
        loads = []
        with progress.step("ingest", system.name) as step, warehouse.connection() as connection:
            load = warehouse.open_load(connection)
            for spec in specs:
                if spec.key not in context.selected_asset_keys:
                    continue
                name = spec.key.path[-1]
                step.tell(f"{system.name}.{name}")
                try:
                    [one] = land_system(connection, sources, system.name, load, [name])
                except LandingError as error:
                    refused.append(str(error))
                    continue
                loads.append(one)
                for warning in one.warnings:
                    context.log.warning(f"{system.name}.{name}: {warning}")
                yield _result(spec.key, one)
            step.text = _summary(system.name, loads)
            if refused:
                warehouse.close_load(connection, "failed")
                raise dg.Failure(description="\n".join(refused))

    return land


def mapped_tables(
    sources: Sources, described: Mapping[tuple[str, str], Mapping[str, Any]]
) -> dg.AssetsDefinition:
    """The contract tables that the files adapter fills, after the raw tables they are made of."""
    specs = [
        _spec(
            "mapped",
            table,
            described,
            {"duckdb"},
            f"`{table}` of the input contract, mapped from a company's own files.",
            deps=sorted(
                {
                    dg.AssetKey([system.name, name])
                    for system in sources.systems.values()
                    if system.adapter == "files"
                    for name in system.tables
                }
            ),
        )
        for table in sources.mapped_tables
    ]

    @dg.multi_asset(name="map_contract_tables", specs=specs, can_subset=True, pool=POOL)
    def mapped(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult]:
        from orchestration.ingestion.landing_error import LandingError
        from orchestration.ingestion.mapping import map_contract_table

        loads = []
        with progress.step("ingest", "mapped") as step, warehouse.connection() as connection:
            load = warehouse.open_load(connection)
            for spec in specs:
                if spec.key in context.selected_asset_keys:
                    name = spec.key.path[-1]
                    try:
                        one = map_contract_table(
                            connection, load_project(warehouse.settings).sources, name, load
                        )
                    except LandingError as error:
                        warehouse.close_load(connection, "failed")
                        raise dg.Failure(description=str(error)) from error
                    loads.append(one)
                    yield _result(spec.key, one)
            step.text = _summary("mapped", loads)

    return mapped


def landing_tables(
    raw: Sequence[dg.AssetKey], described: Mapping[tuple[str, str], Mapping[str, Any]]
) -> list[dg.AssetSpec]:
    """What landing writes down about files; every step that lands adds to these tables."""
    names = [name for system, name in described if system == LANDING]
    return [_spec(LANDING, name, described, {"duckdb"}, "", deps=raw) for name in names]


def _spec(
    system: str,
    name: str,
    described: Mapping[tuple[str, str], Mapping[str, Any]],
    kinds: set[str],
    description: str,
    deps: Sequence[dg.AssetKey] = (),
) -> dg.AssetSpec:
    source = described.get((system, name), {})
    return dg.AssetSpec(
        key=[system, name],
        deps=list(deps),
        description=source.get("description") or description or f"`{name}` as {system} exports it.",
        group_name=system,
        owners=[owning_team("source", system, name)],
        kinds=kinds,
    )


def _described_sources(manifest: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {
        (source["source_name"], source["name"]): source for source in manifest["sources"].values()
    }


def _file_kind(pattern: str) -> str:
    return "parquet" if pattern.endswith("parquet") else "csv"


def _result(key: dg.AssetKey, load: Any) -> dg.MaterializeResult:
    metadata: dict[str, Any] = {
        "rows in": load.rows_in,
        "rows landed": load.rows_landed,
        "rows rejected": load.rows_rejected,
        "files landed": len(load.files),
        "files unchanged": len(load.unchanged),
    }
    for name in ("unknown_columns", "missing_columns", "warnings"):
        if getattr(load, name):
            metadata[name.replace("_", " ")] = ", ".join(getattr(load, name))
    return dg.MaterializeResult(asset_key=key, metadata=metadata)


def _summary(system: str, loads: Sequence[Any]) -> str:
    landed = sum(load.rows_landed for load in loads)
    rejected = sum(load.rows_rejected for load in loads)
    changed = sum(len(load.files) for load in loads)
    parts = [f"{len(loads)} tables"]
    parts.append(f"{landed:,} rows" if changed else "no file changed")
    if rejected:
        parts.append(f"{rejected:,} lines rejected")
    return f"{system:<11} {', '.join(parts)}"
