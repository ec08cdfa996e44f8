"""A small warehouse as landing and the conform phase leave it: three customers, one evergreen."""

from __future__ import annotations

from pathlib import Path

import duckdb

AS_OF = "2026-06-30"

SQL = f"""
create schema landing;
create table landing._loads as select 'load-1' as load_id, timestamp '2026-07-01 02:00:00' as started_at,
    timestamp '2026-07-01 02:01:00' as finished_at, date '{AS_OF}' as as_of_date, 'loaded' as status;
create schema reference;
create table reference.segments as
    select unnest(['Enterprise', 'Mid-Market', 'SMB']) as segment;
create table reference.quality_policy as
    select rule_id, severity, max_arr_share, team as owner_team, 'agreed' as reason,
        date '2024-01-01' as valid_from, 'Fill it in the CRM.' as remedy
    from (values
        ('missing_renewal_date', 'quarantine', 0.10, 'RevOps'),
        ('missing_segment', 'quarantine', 0.10, 'RevOps'),
        ('late_arrival', 'warn', null, 'Data Platform')
    ) as policy (rule_id, severity, max_arr_share, team);
create schema conformed;
create table conformed.gate_accounts as
    select * from (values
        ('A1', 'Enterprise', cast(900 as decimal(18, 2)), date '2026-12-31', true),
        ('A2', 'SMB', cast(60 as decimal(18, 2)), date '2027-01-31', true),
        ('A3', 'Mid-Market', cast(40 as decimal(18, 2)), null, false)
    ) as accounts (account_id, segment, arr_at_stake, renewal_date, needs_renewal_date);
create table conformed.data_issues (issue_id varchar, rule_id varchar, account_id varchar,
    arr_at_stake decimal(18, 2));
"""


def build(path: Path, *changes: str) -> Path:
    """Writes the warehouse to `path` and then applies `changes`, SQL statements."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(SQL)
        for change in changes:
            connection.execute(change)
    return path
