"""The job `main` (everything, in order) and when it runs by itself."""

from __future__ import annotations

import dagster as dg

from orchestration.resources.warehouse import Warehouse

main = dg.define_asset_job(
    "main",
    selection=dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks(),
    description="Raw files in; gated, modelled, audited, published tables out.",
    executor_def=dg.in_process_executor,
    tags={"owner": "data-platform"},
)

daily = dg.ScheduleDefinition(
    name="daily",
    job=main,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every morning at 05:00 UTC; switch it on in the UI.",
)


@dg.definitions
def automation() -> dg.Definitions:
    """Job, schedule, the executor and the warehouse that every step shares."""
    return dg.Definitions(
        jobs=[main],
        schedules=[daily],
        executor=dg.in_process_executor,
        resources={"warehouse": Warehouse()},
    )
