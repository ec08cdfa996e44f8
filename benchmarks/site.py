"""How long the site takes for a large company: the published marts of a home, many times over.

    python -m benchmarks.site --home .csops --accounts 10000

Each copy has accounts and CSMs of its own, so books stay as large as they are. Of the daily tables
only the days that a page shows are copied; the others are skipped when they are read. Built are the
site of nothing; that of the next version, in which some accounts were corrected; and this again.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from dashboards.build import build_site
from orchestration.publication.versions import (
    WAREHOUSE_FILE,
    current_version,
    point_to,
    read_manifest,
    versions_folder,
)

RESULTS = Path(__file__).resolve().parent / "results"
OWN = ("account_id", "surviving_account_id", "parent_account_id", "ultimate_parent_account_id",
       "csm_user_id", "book_id", "manager_user_id", "owner_user_id")  # fmt: skip
CORRECTED = 10
DAYS = {
    "fct_account_health_inputs_daily": "date_day = {day}",
    "fct_account_health_changes": "date_day = {day}",
    "fct_account_health_daily": "date_diff('day', date_day, {day}) % 7 = 0",
    "fct_renewal_forecast_daily": "false",
    "fct_csm_book_daily": "false",
}


def main() -> None:
    """Make the large version, build its site, print the figures and write them down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".csops"))
    parser.add_argument("--work", type=Path, default=Path(".csops/benchmark_site"))
    parser.add_argument("--accounts", type=int, default=10_000)
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    accounts = enlarge(options.home / "published", options.work / "published", options.accounts)
    published, site = options.work / "published", options.work / "site"
    result = {
        "date": date.today().isoformat(),
        "accounts": accounts,
        "made of nothing": _timed(published, site),
        f"{CORRECTED} accounts corrected": _timed(_corrected(published), site),
        "nothing changed": _timed(published, site),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "largest_file_mb": round(_largest(site) / 1e6, 2),
        "load": round(os.getloadavg()[0], 1),
        "duckdb": duckdb.__version__,
    }
    text = json.dumps(result, indent=2)
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{result['date']}-site-{accounts}.json"
    file.write_text(text + "\n", encoding="utf-8")
    print(text)


def _timed(published: Path, site: Path) -> dict[str, float]:
    wall, cpu = time.monotonic(), time.process_time()
    made = build_site(published, site)
    return {
        "pages": made.pages,
        "rendered": made.rendered,
        "wall_seconds": round(time.monotonic() - wall, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "total_mb": round(made.total_bytes / 1e6, 1),
    }


def _corrected(published: Path) -> Path:
    """A version more, in which the largest accounts have another ticket open."""
    version = current_version(published) or ""
    manifest = replace(read_manifest(published, version), version=f"{version}_corrected")
    folder = versions_folder(published) / manifest.version
    (versions_folder(published) / version).rename(folder)
    (folder / "manifest.json").write_text(manifest.as_text(), encoding="utf-8")
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        connection.execute(
            "update marts.rpt_account_360 set open_tickets = open_tickets + 1 where account_id in ("
            "select account_id from marts.rpt_account_360 where is_active "
            f"order by arr desc, account_id limit {CORRECTED})"
        )
    point_to(published, manifest.version)
    return published


def enlarge(published: Path, large: Path, accounts: int) -> int:
    """Publish the current version so many times over under `large`; gives its accounts."""
    version = current_version(published)
    if version is None:
        raise SystemExit(f"nothing is published in {published}; run `csops run` first")
    folder = versions_folder(large) / version
    folder.mkdir(parents=True)
    source = versions_folder(published) / version / WAREHOUSE_FILE
    manifest = read_manifest(published, version)
    (folder / "manifest.json").write_text(manifest.as_text(), encoding="utf-8")
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        connection.execute(f"attach '{source}' as small (read_only)")
        connection.execute("create schema marts")
        [(own,)] = connection.execute("select count(*) from small.marts.dim_accounts").fetchall()
        copies = -(-accounts // own)
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'small'"
        ).fetchall()
        for (table,) in tables:
            _copy(connection, table, copies, manifest.as_of_date)
    point_to(large, version)
    return own * copies


def _copy(connection: duckdb.DuckDBPyConnection, table: str, copies: int, as_of: date) -> None:
    found = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'small' "
        f"and table_name = '{table}'"
    ).fetchall()
    names = [name for (name,) in found]
    day = f"date '{as_of.isoformat()}'"
    where = DAYS.get(table, "true").format(day=day)
    own = [name for name in OWN if name in names]
    if "account_id" not in names and table not in ("dim_csms", "fct_csm_capacity_monthly"):
        own = []
    marks = ", ".join(
        f"case when copy = 0 then {name} else {name} || '-' || copy end as {name}" for name in own
    )
    chosen = f"* exclude (copy) replace ({marks})" if own else "* exclude (copy)"
    connection.execute(
        f"create table marts.{table} as select {chosen} from small.marts.{table} cross join "
        f"range({copies if own else 1}) as copies (copy) where {where}"
    )


def _largest(site: Path) -> int:
    return max(file.stat().st_size for file in site.resolve().rglob("*") if file.is_file())


if __name__ == "__main__":
    main()
