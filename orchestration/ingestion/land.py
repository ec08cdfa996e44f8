"""`python -m orchestration.ingestion.land`: a sources file into one warehouse, for developers."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from orchestration.ingestion.configuration import load_sources
from orchestration.ingestion.landing import finish_load, land_everything, start_load
from orchestration.ingestion.landing_error import LandingError
from orchestration.ingestion.problems import ConfigurationError


def main(arguments: list[str] | None = None) -> int:
    """Land everything and print one line per table; 1 when something was refused."""
    parser = argparse.ArgumentParser(prog="orchestration.ingestion.land", description=main.__doc__)
    parser.add_argument("--sources", required=True, type=Path)
    parser.add_argument("--warehouse", required=True, type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat)
    options = parser.parse_args(arguments)
    try:
        sources = load_sources(options.sources)
        as_of = options.as_of or sources.as_of_date or datetime.now(UTC).date()
        options.warehouse.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(options.warehouse)) as connection:
            load = start_load(connection, as_of)
            try:
                loads = land_everything(connection, sources, load)
            except BaseException:
                finish_load(connection, load, "failed")
                raise
            finish_load(connection, load, "landed")
    except (ConfigurationError, LandingError) as error:
        print(error, file=sys.stderr)
        return 1
    for one in loads:
        kept = f", {len(one.unchanged)} files unchanged" if one.unchanged else ""
        print(
            f"{one.system}.{one.table}: {one.rows_landed} rows landed, "
            f"{one.rows_rejected} rejected{kept}"
        )
        for warning in one.warnings:
            print(f"  warning: {warning}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
