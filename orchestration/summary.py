"""The few lines at the end of a run: the day, accounts, ARR, gate, audit, where the file is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from orchestration.publication.versions import current_version, read_manifest
from orchestration.settings import Settings

if TYPE_CHECKING:
    import duckdb


def summary_lines(settings: Settings, results: Mapping[str, str], seconds: float) -> Iterator[str]:
    """What was published, in lines for a person; `results` has what each stage said at its end."""
    import duckdb

    version = current_version(settings.published)
    if version is None:
        yield "Nothing is published."
        return
    manifest = read_manifest(settings.published, version)
    file = settings.published / "current.duckdb"
    rows = sum(part.rows for part in manifest.tables.values())
    with duckdb.connect(str(file.resolve()), read_only=True) as connection:
        yield ""
        yield f"As of       {manifest.as_of_date}"
        yield from _business(connection)
        for stage in ("gate", "audit"):
            if stage in results:
                yield f"{stage.capitalize():<12}{results[stage]}"
        yield f"Published   {file}"
        yield f"            {version}: {len(manifest.tables)} marts, {rows:,} rows"
        if (settings.site / "index.html").is_file():
            yield f"Site        {settings.site / 'index.html'}"
            if "site" in results:
                yield f"            {results['site']}"
        yield f"Took        {seconds:.1f} s"


def _business(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """The numbers that a board asks for first; left out where their mart is not there."""
    marts = {
        name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
    }
    if "dim_accounts" in marts:
        accounts, customers, arr = connection.execute(
            "select count(*) filter (where is_live), count(*) filter (where is_customer), "
            "coalesce(sum(arr), 0) from marts.dim_accounts"
        ).fetchall()[0]
        yield f"Accounts    {accounts:,} live, {customers:,} of them with ARR"
        yield f"ARR         {arr:,.0f}"
    if "fct_data_issues" in marts:
        issues, accounts, stake = connection.execute(
            "select sum(issues), count(account_id), coalesce(sum(stake), 0) from ("
            "select account_id, count(*) as issues, max(arr_at_stake) as stake "
            "from marts.fct_data_issues group by account_id)"
        ).fetchall()[0]
        yield f"Data issues {issues or 0:,} on {accounts:,} accounts with {stake:,.0f} ARR at stake"
