"""The static site, after publication: whatever becomes of it, the published tables stay."""

import dagster as dg

from orchestration import progress
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import team
from orchestration.resources.warehouse import Warehouse


@dg.definitions
def site() -> dg.Definitions:
    """The pages made from the published version."""
    return dg.Definitions(assets=[static_site()])


def static_site() -> dg.AssetsDefinition:
    """Every page and download of the site, shown by one rename."""

    @dg.asset(
        key=["published", "site"],
        deps=[dg.AssetKey(["published", "warehouse"])],
        group_name="publication",
        owners=[team("Data Platform")],
        kinds={"python", "html"},
        description="Static pages of the published version: `site/index.html`; they call nobody.",
        pool=POOL,
    )
    def pages(warehouse: Warehouse) -> dg.MaterializeResult:
        from dashboards.build import build_site

        settings = warehouse.settings
        with progress.step("site", "rendering") as step:
            try:
                made = build_site(settings.published, settings.site, project=settings.dbt_target)
            except Exception as error:
                raise dg.Failure(
                    description="the tables are published, but the site could not be made and "
                    f"stays as it was: {type(error).__name__}: {error}"
                ) from error
            size = made.said
            step.text = size if made.is_new else f"unchanged: {size}"
        return dg.MaterializeResult(
            metadata={
                "page": dg.MetadataValue.path(str(made.folder / "index.html")),
                "version": made.version,
                "pages": made.pages,
                "bytes": made.total_bytes,
                "is new": made.is_new,
            }
        )

    return pages
