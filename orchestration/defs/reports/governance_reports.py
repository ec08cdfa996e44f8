"""The governance calendar as assets: one report a duty, on time by its freshness policy."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from orchestration import progress
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import team
from orchestration.resources.warehouse import Warehouse
from orchestration.settings import Settings

DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92}
# After the daily run at 05:00 UTC, on the first day after each period.
CRON = {
    "daily": "0 7 * * *",
    "weekly": "0 7 * * 1",
    "monthly": "0 7 1 * *",
    "quarterly": "0 7 1 1,4,7,10 *",
}


@dg.definitions
def governance() -> dg.Definitions:
    """A report for each duty, and for each cadence a job with its schedule, off until wanted."""
    from dashboards.reports import duties

    calendar = duties(Settings.from_environment().project)
    jobs = {
        cadence: dg.define_asset_job(
            f"{cadence}_reports",
            selection=dg.AssetSelection.assets(
                *(dg.AssetKey(["reports", duty.duty_id]) for duty in calendar
                  if duty.cadence == cadence)
            ),
            description=f"The {cadence} reports of the governance calendar, of what is published.",
            executor_def=dg.in_process_executor,
            tags={"owner": "data-platform"},
        )
        for cadence in CRON
        if any(duty.cadence == cadence for duty in calendar)
    }  # fmt: skip
    schedules = [
        dg.ScheduleDefinition(
            name=job.name,
            job=job,
            cron_schedule=CRON[cadence],
            execution_timezone="UTC",
            default_status=dg.DefaultScheduleStatus.STOPPED,
            description="For places whose daily run is not started by `daily`; it makes them too.",
        )
        for cadence, job in jobs.items()
    ]
    return dg.Definitions(
        assets=[kept_reports(), governance_reports()], jobs=list(jobs.values()), schedules=schedules
    )


def kept_reports() -> dg.AssetSpec:
    """Which report was made when; each run adds to it at its end and reads it the next day."""
    return dg.AssetSpec(
        key=["ops", "governance_reports"],
        description="Which report of the governance calendar was made for which period, and when.",
        group_name="governance",
        owners=[team("Data Platform")],
        kinds={"python", "duckdb"},
    )


def governance_reports() -> dg.AssetsDefinition:
    """The report of each duty's newest period, where it hasn't been made yet."""
    from dashboards.reports import duties

    calendar = {duty.duty_id: duty for duty in duties(Settings.from_environment().project)}
    specs = [
        dg.AssetSpec(
            key=["reports", duty.duty_id],
            deps=[dg.AssetKey(["published", "site"])],
            description=f"{duty.name}: a dated page, {duty.cadence}.",
            group_name="publication",
            owners=[team(duty.owner)],
            kinds={"python", "html"},
            freshness_policy=dg.FreshnessPolicy.time_window(
                fail_window=timedelta(days=DAYS[duty.cadence] + duty.grace_days)
            ),
        )
        for duty in calendar.values()
    ]

    @dg.multi_asset(name="governance_reports", specs=specs, can_subset=True, pool=POOL)
    def reports(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult]:
        from dashboards.marts import published_marts
        from dashboards.reports import period_end, report_name, show_reports, write_report
        from orchestration.publication.governance_reports import keep_report

        settings = warehouse.settings
        made = 0
        with (
            progress.step("site", "reports") as step,
            published_marts(settings.published) as marts,
            warehouse.connection() as connection,
        ):
            for spec in specs:
                if spec.key not in context.selected_asset_keys:
                    continue
                duty = calendar[spec.key.path[-1]]
                period = period_end(duty.cadence, marts.as_of)
                name = report_name(duty, period)
                is_new = not (settings.home / name).is_file()
                if is_new:
                    write_report(marts, duty, period, settings.home)
                    made += 1
                keep_report(connection, duty.duty_id, period, name, marts.as_of)
                yield dg.MaterializeResult(
                    asset_key=spec.key,
                    metadata={
                        "report": dg.MetadataValue.path(str(settings.home / name)),
                        "period to": period.isoformat(),
                        "is new": is_new,
                    },
                )
            show_reports(settings.reports, settings.site)
            step.text = f"{made} governance reports" if made else "no governance report was due"

    return reports
