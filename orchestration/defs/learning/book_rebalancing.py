"""The rebalancing of books as assets: a proposal and its moves, between two dbt phases."""

from collections.abc import Iterator

import dagster as dg

from orchestration import progress
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import owning_team
from orchestration.resources.warehouse import Warehouse

READS = (
    ("intermediate", "int_rebalancing_books"),
    ("intermediate", "int_rebalancing_accounts"),
    ("intermediate", "int_rebalancing_options"),
    ("intermediate", "int_rebalancing_parts"),
    ("intermediate", "int_rebalancing_account_parts"),
    ("reference", "capacity_settings"),
)
WRITES = {
    "plans": "For each pool of books: the fewest moves into the targets, or why there are none.",
    "moves": "The accounts to move, and to whom; a proposal.",
}


@dg.definitions
def rebalancing() -> dg.Definitions:
    """The proposal; nobody is moved by it."""
    return dg.Definitions(assets=[book_rebalancing()])


def book_rebalancing() -> dg.AssetsDefinition:
    """The proposal of the as-of day, by an integer programme."""
    specs = [
        dg.AssetSpec(
            key=["book_rebalancing", table],
            deps=[dg.AssetKey(list(place)) for place in READS],
            description=description,
            group_name="capacity",
            owners=[owning_team("source", "book_rebalancing", table)],
            kinds={"python", "scipy", "duckdb"},
        )
        for table, description in WRITES.items()
    ]

    @dg.multi_asset(name="book_rebalancing", specs=specs, can_subset=False, pool=POOL)
    def propose(warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
        from orchestration.rebalancing.records import propose as proposed
        from orchestration.rebalancing.records import told

        with (
            progress.step("learn", "rebalancing") as step,
            warehouse.connection() as connection,
        ):
            plans = proposed(connection, warehouse.settings.as_of)
            step.text = told(plans)
        metadata = {one.pool.pool_id: f"{one.status}: {one.text}" for one in plans}
        for spec in specs:
            yield dg.MaterializeResult(asset_key=spec.key, metadata=metadata)

    return propose
