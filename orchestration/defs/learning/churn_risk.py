"""The churn-risk fit as assets: runs, coefficients and proposed weights, between two dbt phases."""

from collections.abc import Iterator

import dagster as dg

from orchestration import progress
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import owning_team
from orchestration.resources.warehouse import Warehouse

READS = (
    ("intermediate", "int_churn_risk_cases"),
    ("reference", "health_settings"),
    ("reference", "health_weights"),
)
WRITES = {
    "model_runs": "Each fit of the churn-risk model: what it read, how good it is out of time.",
    "coefficients": "What a point of each input's grade does to the risk, by fit.",
    "weight_proposals": "Health weights that a fit speaks for; a person accepts them, or not.",
}


@dg.definitions
def learning() -> dg.Definitions:
    """The fit; what it finds counts only after `csops weights accept`."""
    return dg.Definitions(assets=[churn_risk_fit()])


def churn_risk_fit() -> dg.AssetsDefinition:
    """One fit of the churn-risk model, unless the same renewals have been fitted before."""
    specs = [
        dg.AssetSpec(
            key=["churn_risk", table],
            deps=[dg.AssetKey(list(place)) for place in READS],
            description=description,
            group_name="health",
            owners=[owning_team("source", "churn_risk", table)],
            kinds={"python", "scikitlearn", "duckdb"},
        )
        for table, description in WRITES.items()
    ]

    @dg.multi_asset(name="churn_risk", specs=specs, can_subset=False, pool=POOL)
    def fit(warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
        from orchestration.churn_risk.report import write_proposal
        from orchestration.churn_risk.runs import fitted_run

        settings = warehouse.settings
        with (
            progress.step("learn", "churn risk") as step,
            warehouse.connection() as connection,
        ):
            run_id, is_new = fitted_run(connection, settings.as_of)
            text, metadata = write_proposal(connection, run_id, settings.proposals)
            step.text = text if is_new else f"{text}; nothing new to learn from"
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key, metadata=metadata)

    return fit
