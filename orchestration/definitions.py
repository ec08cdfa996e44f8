"""All definitions of the project, as Dagster loads them; everything is found in `defs/`."""

from pathlib import Path

import dagster as dg


@dg.definitions
def definitions() -> dg.Definitions:
    """Assets, checks, the job `main`, schedules and resources."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
