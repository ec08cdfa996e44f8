"""The static site, after publication: whatever becomes of it, the published tables stay."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import dagster as dg

from orchestration import progress
from orchestration.defs.publication.exposures import WAREHOUSE, Exposed, exposed
from orchestration.defs.transformation.dbt_assets import POOL
from orchestration.defs.transformation.translator import team
from orchestration.project import dbt_manifest
from orchestration.resources.warehouse import Warehouse
from orchestration.settings import Settings

SITE = dg.AssetKey(["published", "site"])


@dg.definitions
def site() -> dg.Definitions:
    """The site with its pages, and the dashboards that other tools make of the same marts."""
    all_exposed = list(exposed(dbt_manifest(Settings.from_environment())))
    pages = [one for one in all_exposed if one.is_page]
    return dg.Definitions(
        assets=[static_site(pages), *(one.spec for one in all_exposed if not one.is_page)]
    )


def static_site(pages: Sequence[Exposed] = ()) -> dg.AssetsDefinition:
    """Every page and download of the site, shown by one rename; `pages` are assets beside it."""
    whole = dg.AssetSpec(
        key=SITE,
        deps=[WAREHOUSE],
        group_name="publication",
        owners=[team("Data Platform")],
        kinds={"python", "html"},
        description="Static pages of the published version: `site/index.html`; they call nobody.",
    )
    specs = [whole, *(page.spec for page in pages)]

    @dg.multi_asset(name="published__site", specs=specs, pool=POOL)
    def made_site(warehouse: Warehouse) -> Iterator[dg.MaterializeResult]:
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
        yield dg.MaterializeResult(
            asset_key=SITE,
            metadata={
                "page": dg.MetadataValue.path(str(made.folder / "index.html")),
                "version": made.version,
                "pages": made.pages,
                "bytes": made.total_bytes,
                "is new": made.is_new,
            },
        )
        for page in pages:
            yield dg.MaterializeResult(
                asset_key=page.spec.key,
                metadata={"version": made.version, **_links(made.folder, page.files)},
            )

    return made_site


def _links(site: Path, files: Sequence[str]) -> dict[str, dg.MetadataValue | int]:
    """Where the page lies and what opens it; of many pages of a kind, how many there are."""
    links: dict[str, dg.MetadataValue | int] = {}
    for file in files:
        if file.endswith("/"):
            links[f"pages in {file}"] = sum(1 for _ in (site / file).glob("*.html"))
        elif (site / file).is_file():
            links[f"file {file}"] = dg.MetadataValue.path(str(site / file))
            links[f"link {file}"] = dg.MetadataValue.url((site / file).absolute().as_uri())
    return links
