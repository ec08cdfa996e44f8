"""What people look at, as dbt's exposures tell it: the pages of the site, and other dashboards."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg

from orchestration.defs.transformation.translator import team
from orchestration.publication.build_state import MARTS

PAGE = "page_"
PLACES = re.compile(r"\(([\w/., -]+)\)\.?$")
WAREHOUSE = dg.AssetKey(["published", "warehouse"])


@dataclass(frozen=True)
class Exposed:
    """A page or dashboard as an asset after the marts that it reads. `files` are its pages in the
    site, as the end of its description names them: `(csms.html, csm/)`; a folder has many."""

    spec: dg.AssetSpec
    is_page: bool
    files: tuple[str, ...]


def exposed(manifest: Mapping[str, Any]) -> Iterator[Exposed]:
    """Every exposure of the dbt project; the name of a page of the site begins with `page_`."""
    for exposure in manifest.get("exposures", {}).values():
        name = exposure["name"]
        is_page = name.startswith(PAGE)
        folder = "pages" if is_page else "dashboards"
        marts = [
            manifest["nodes"][unique_id]["name"]
            for unique_id in exposure["depends_on"]["nodes"]
            if unique_id.startswith("model.")
        ]
        spec = dg.AssetSpec(
            key=[folder, name.removeprefix(PAGE)],
            deps=[WAREHOUSE, *(dg.AssetKey([MARTS, mart]) for mart in marts)],
            description=f"{exposure['label'] or name}. {exposure['description']}",
            group_name="publication",
            owners=[team(exposure["owner"]["name"])],
            kinds={"html"} if is_page else {"dashboard"},
            metadata={"url": dg.MetadataValue.url(exposure["url"])} if exposure["url"] else {},
        )
        yield Exposed(spec, is_page, _files(exposure["description"]) if is_page else ())


def _files(description: str) -> tuple[str, ...]:
    found = PLACES.search(description)
    return tuple(part.strip() for part in found[1].split(",")) if found else ()
