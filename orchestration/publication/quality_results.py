"""What Great Expectations said of each as-of day, kept in the build so that BI can trend it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from expectations.gate import Verdict
    from expectations.results import SuiteResult

KEPT_DAYS = 400
SAMPLED_KEYS = 5
TABLE = "ops.quality_results"
COLUMNS = {
    "as_of_date": "date",
    "stage": "varchar",
    "suite": "varchar",
    "check_name": "varchar",
    "table_name": "varchar",
    "column_name": "varchar",
    "rule_id": "varchar",
    "severity": "varchar",
    "dimension": "varchar",
    "owner": "varchar",
    "description": "varchar",
    "remedy": "varchar",
    "ruling": "varchar",
    "observed": "varchar",
    "sampled_keys": "varchar",
    "error": "varchar",
    "unexpected_count": "bigint",
    "element_count": "bigint",
    "accounts_at_stake": "bigint",
    "arr_at_stake": "decimal(18,2)",
    "is_passed": "boolean",
}


def keep_results(
    connection: duckdb.DuckDBPyConnection,
    as_of: date,
    stage: str,
    results: Sequence[SuiteResult],
    verdict: Verdict,
) -> int:
    """Write down every check of one stage ("gate" or "audit") in place of the day's earlier ones.

    Says nothing of when it ran, so that the same data leave the same rows; gives their number.
    """
    stops = {ruling.check for ruling in verdict.blocking}
    told = {ruling.check for ruling in verdict.warnings}
    rows = {}
    for result in results:
        for check in result.checks:
            names = {f"{check.suite}.{check.name}", check.name, check.rule_id}
            ruling = "blocks" if names & stops else "warns" if names & told else "fails"
            # A check that was answered twice has blocked the run; once is enough to say so.
            rows[check.suite, check.name] = (
                as_of,
                stage,
                check.suite,
                check.name,
                check.table,
                check.column,
                check.rule_id,
                check.severity,
                check.dimension,
                check.owner,
                check.description,
                check.remedy,
                "passes" if check.success else ruling,
                check.observed or None,
                ", ".join(sorted(check.offending_keys)[:SAMPLED_KEYS]) or None,
                check.error,
                check.unexpected_count,
                check.element_count,
                check.accounts_at_stake,
                check.arr_at_stake,
                bool(check.success),
            )
    prepare(connection)
    connection.execute("begin")
    connection.execute(f"delete from {TABLE} where as_of_date = ? and stage = ?", [as_of, stage])
    if rows:
        marks = ", ".join("?" for _ in COLUMNS)
        connection.executemany(f"insert into {TABLE} values ({marks})", list(rows.values()))
    connection.execute(
        f"delete from {TABLE} where as_of_date < "
        f"(select max(as_of_date) from {TABLE}) - {KEPT_DAYS}"
    )
    connection.execute("commit")
    return len(rows)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table where it isn't there yet."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    connection.execute("create schema if not exists ops")
    connection.execute(f"create table if not exists {TABLE} ({columns})")
