"""A sound company of two accounts, in every table that the shipped suites read."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.catalogue import declared_tables
from tests.expectations.warehouse import AS_OF

SCHEMAS = ("landing", "reference", "conformed", "marts", "ops")
UNTYPED = """
create table landing._loads as
    select 'load-2' as load_id, timestamp '2026-07-01 02:00' as started_at,
        timestamp '2026-07-01 02:01' as finished_at, date '{as_of}' as as_of_date,
        'landed' as status;
create table landing._file_manifest as
    select 'crm' as source_system, 'account' as table_name, source_file, rows_landed, status,
        loaded_at
    from (values
        ('accounts_0601.csv', 90, 'superseded', timestamp '2026-06-01'),
        ('accounts_0629.csv', 100, 'superseded', timestamp '2026-06-29'),
        ('accounts_0701.csv', 98, 'landed', timestamp '2026-07-01')
    ) as files (source_file, rows_landed, status, loaded_at)
    union all
    select 'crm', 'contract', 'contracts.csv', rows_landed, status, loaded_at
    from (values
        (200, 'superseded', timestamp '2026-06-29'), (210, 'landed', timestamp '2026-07-01')
    ) as files (rows_landed, status, loaded_at);
create table ops.build_state as
    select timestamp '2026-06-30 03:00' as gated_at, true as gate_passed
    union all select timestamp '2026-07-01 03:00', false;
create schema intermediate;
create table intermediate.int_plan_fx_rates as
    select unnest(['USD', 'EUR']) as currency, 1.1 as plan_rate;
create table conformed.quality_policy_in_force as
    from read_csv('{policy}', all_varchar = false);
create table reference.billing_intervals as select 'month' as billing_interval;
create table conformed.row_counts as
    select 'crm_accounts' as contract_table, 'crm' as source_system, 100 as rows_in,
        97 as rows_kept, 1 as rows_rejected, 1 as rows_superseded, 1 as rows_not_yet_known;
"""
ROWS = {
    "conformed.crm_accounts": """
        select 'A1' as account_id, 'Acme' as account_name, timestamp '2026-06-29' as updated_at
        union all select 'A2', 'Bolt', timestamp '2026-06-28'""",
    "conformed.gate_accounts": """
        select 'A1' as account_id, 'Enterprise' as segment_label, 'enterprise' as segment,
            900 as crm_arr, 900 as crm_arr_usd, 895 as billing_arr_usd, 895 as arr_at_stake,
            true as needs_renewal_date, date '2027-01-01' as renewal_date
        union all select 'A2', 'SMB', 'smb', 100, 105, 105, 105, false, null""",
    "conformed.fx_rates": """
        select 'EUR' as currency, date '2026-01-01' as rate_date, 1.1 as usd_rate""",
    "conformed.billing_subscription_items": """
        select 'i1' as subscription_item_id, timestamp '2026-01-01' as valid_from,
            timestamp '2026-02-01' as valid_to, 's1' as subscription_id,
            'month' as billing_interval, 1 as interval_count, 5 as quantity, 10 as discount_percent
        union all select 'i1', timestamp '2026-02-01', null, 's1', 'Month', 1, 6, 0""",
    "conformed.crm_opportunities": """
        select 'o1' as opportunity_id, true as is_won, true as is_closed, 100 as probability""",
    "conformed.support_tickets": """
        select 't1' as ticket_id, 5 as first_reply_minutes_calendar,
            9 as full_resolution_minutes_calendar, timestamp '2026-06-29' as updated_at""",
    "conformed.usage_events": """
        select 'e1' as event_id, 1 as quantity, 3 as duration_seconds,
            timestamp '2026-06-29' as received_at""",
    "conformed.billing_invoices": "select 'n1' as invoice_id, timestamp '2026-06-29' as updated_at",
    "conformed.cs_surveys": """
        select 'r1' as response_id, 'A1' as account_id, 'NPS' as survey_type, 10 as score
        union all select 'r2', 'A1', 'CSAT', 95""",
    "conformed.hr_employees": "select 'u1' as user_id, 0.8 as fte, 1000 as target_arr",
    "conformed.id_map": "select 'stripe' as source_system, 'c1' as source_id, 0.9 as confidence",
    "conformed.data_issues": """
        select 'x1' as issue_id, 'late_arrival' as rule_id, 'A1' as account_id,
            895 as arr_at_stake""",
    "marts.dim_accounts": """
        select 'A1' as account_id, 'A1' as surviving_account_id, 900 as arr_usd, false as is_merged
        union all select 'A2', 'A1', 0, true""",
    "marts.fct_arr_movements_monthly": """
        select 'A1' as account_id, 'new' as movement, 0 as opening_arr_usd, 800 as new_arr_usd,
            0 as expansion_arr_usd, 0 as contraction_arr_usd, 0 as churn_arr_usd,
            0 as reactivation_arr_usd, 800 as closing_arr_usd,
            date '2026-05-01' as month_start_date, date '2026-05-31' as state_date
        union all select 'A1', 'expansion', 800, 0, 100, 0, 0, 0, 900, date '2026-06-01',
            date '2026-06-30'""",
    "marts.fct_account_history": """
        select 'A1' as account_id, date '2026-01-01' as valid_from, date '2026-03-01' as valid_to,
            false as is_current
        union all select 'A1', date '2026-03-01', null, true""",
    "marts.fct_data_issues": """
        select 'x1' as issue_id, 'late_arrival' as rule_id, 'A1' as account_id,
            895 as arr_at_stake""",
}


def build(path: Path, policy: Path) -> Path:
    """Writes the sound company to `path`, its tables in the shape that their twins declare."""
    tables = declared_tables()
    with duckdb.connect(str(path)) as connection:
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        connection.execute(UNTYPED.format(as_of=AS_OF, policy=policy))
        for name, table in tables.items():
            if name.startswith(("conformed.", "marts.")) and all(table.columns.values()):
                columns = ", ".join(f"{column} {kind}" for column, kind in table.columns.items())
                connection.execute(f"create table {name} ({columns})")
        for name, rows in ROWS.items():
            if name in tables:
                connection.execute(f"insert into {name} by name {rows}")
    return path
