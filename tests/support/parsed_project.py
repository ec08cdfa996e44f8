"""The dbt project as parsed once for a whole session, whichever home or warehouse it is run on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from orchestration.dbt_manifest import manifest
from orchestration.dbt_variables import DbtVariables
from orchestration.ingestion.configuration import load_sources
from orchestration.settings import PROJECT, Settings


def manifest_in(folder: Path, *, staging: bool = True, mapped: Sequence[str] = ()) -> Any:
    """dbt's manifest for `dbtRunner`, kept in the `dbt` folder of `folder`; parsed if it isn't.

    With every built-in system on, or with none and so without staging; `mapped` are the contract's
    tables that the files adapter fills.
    """
    settings = Settings.from_environment(home=folder)
    systems = load_sources(PROJECT / "sources.yml").built_in_systems if staging else ()
    return manifest(settings, DbtVariables(settings.as_of, systems, tuple(mapped)))
