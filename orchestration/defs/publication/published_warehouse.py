"""The end of a run: audited marts become the version that readers get."""

from collections.abc import Mapping
from datetime import timedelta

import dagster as dg

from orchestration import progress
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import mart_keys, owning_team
from orchestration.privacy.protection import protection
from orchestration.project import dbt_manifest
from orchestration.publication.build_state import BuildStateError
from orchestration.publication.day_columns import day_columns
from orchestration.publication.publish import publish
from orchestration.resources.warehouse import Warehouse
from orchestration.settings import Settings

FRESH = dg.FreshnessPolicy.time_window(
    warn_window=timedelta(hours=26), fail_window=timedelta(hours=50)
)


@dg.definitions
def publication() -> dg.Definitions:
    """The published warehouse, after every mart and so after the audit of every mart."""
    manifest = dbt_manifest(Settings.from_environment())
    return dg.Definitions(assets=[published_warehouse(mart_keys(manifest), day_columns(manifest))])


def published_warehouse(marts: list[dg.AssetKey], days: Mapping[str, str]) -> dg.AssetsDefinition:
    """One versioned read-only DuckDB file, and Parquet files of each mart; marts grow by `days`."""

    @dg.asset(
        key=["published", "warehouse"],
        deps=marts,
        group_name="publication",
        owners=[owning_team("model", "publication", "warehouse")],
        kinds={"duckdb", "parquet"},
        description="The version that readers get: `published/current.duckdb`, read-only.",
        freshness_policy=FRESH,
        pool=POOL,
    )
    def published(warehouse: Warehouse) -> dg.MaterializeResult:
        settings = warehouse.settings
        with progress.step("publish", "publishing") as step:
            try:
                done = publish(
                    settings.warehouse,
                    settings.published,
                    protected=protection(settings),
                    day_columns=days,
                )
            except BuildStateError as error:
                raise dg.Failure(description=str(error)) from error
            step.text = done.version if done.is_new else f"unchanged: {done.version}"
        return dg.MaterializeResult(
            metadata={
                "version": done.version,
                "file": dg.MetadataValue.path(str(done.file)),
                "is new": done.is_new,
                "as of": done.as_of_date.isoformat(),
                "marts": len(done.tables),
                "marts unchanged": len(done.unchanged) if done.is_new else len(done.tables),
                "dagster/row_count": sum(part.rows for part in done.tables.values()),
            }
        )

    return published
