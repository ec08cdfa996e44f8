"""A sound company of two accounts, in every table that the shipped suites read."""

from __future__ import annotations

from pathlib import Path

import duckdb

from expectations.catalogue import declared_tables
from tests.expectations.warehouse import AS_OF

SCHEMAS = ("landing", "reference", "conformed", "intermediate", "marts", "ops")
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
create table intermediate.int_plan_fx_rates as
    select unnest(['USD', 'EUR']) as currency, 1.1 as plan_rate;
create table conformed.quality_policy_in_force as
    from read_csv('{policy}', all_varchar = false);
create table reference.health_settings as
    select 'health_min_weight' as setting_id, 0.6 as setting_value;
create table reference.billing_intervals as select 'month' as billing_interval;
create table landing._rejected_lines (source_file varchar, line_number integer);
create table conformed.quarantined_rows (contract_table varchar, record_id varchar,
    account_id varchar, rule_id varchar);
create table conformed.reference_issues (source_system varchar, observed_value varchar,
    field_name varchar);
create table conformed.account_stakes as
    select 'A1' as account_id, cast(895 as decimal(18, 2)) as arr_at_stake
    union all select 'A2', 105;
create table conformed.account_id_aliases as
    select 'stripe' as source_system, 'customer' as source_object, 'c1' as source_id,
        'A1' as account_id, 'exact' as spelling, date '2026-01-01' as first_known_date;
create table conformed.row_counts as
    select 'crm_accounts' as contract_table, 'crm' as source_system, 100 as rows_in,
        97 as rows_kept, 1 as rows_rejected, 1 as rows_superseded, 1 as rows_not_yet_known;
"""
NOTHING_ELSE = ", ".join(
    f"0 as {label}_arr{view}"
    for label in ("contraction", "churn", "reactivation")
    for view in ("", "_spot")
) + ", 0 as fx_arr_spot"  # fmt: skip
ROWS = {
    "conformed.crm_accounts": """
        select 'A1' as account_id, 'Acme' as account_name, null as parent_account_id, 900 as arr,
            'USD' as currency, date '2024-01-01' as contract_start_date,
            date '2027-01-01' as contract_end_date, date '2027-01-01' as renewal_date,
            timestamp '2026-06-29' as updated_at
        union all select 'A2', 'Bolt', 'A1', 100, null, null, null, null, timestamp '2026-06-28'""",
    "conformed.crm_contacts": "select 'p1' as contact_id, 'A1' as account_id",
    "conformed.crm_contracts": """
        select 'k1' as contract_id, 'A1' as account_id, null as previous_contract_id, 900 as arr,
            date '2024-01-01' as start_date, date '2026-01-01' as end_date
        union all select 'k2', 'A1', 'k1', 900, date '2026-01-01', null""",
    "conformed.crm_opportunity_history": "select 'h1' as history_id, 'o1' as opportunity_id",
    "conformed.account_team_assignments": """
        select 'A1' as account_id, 'u1' as user_id, 'csm' as role, date '2026-01-01' as valid_from,
            date '2026-02-01' as valid_to""",
    "conformed.product_entitlements": """
        select 'n1' as entitlement_id, 'A1' as account_id, date '2026-01-01' as valid_from,
            date '2026-02-01' as valid_to""",
    "conformed.billing_customers": "select 'c1' as billing_customer_id, 'A1' as account_id",
    "conformed.billing_subscriptions": """
        select 's1' as subscription_id, 'c1' as billing_customer_id, 'EUR' as currency,
            timestamp '2026-01-01' as started_at, timestamp '2026-02-01' as ended_at""",
    "conformed.billing_invoice_lines": """
        select 'l1' as invoice_line_id, 'n1' as invoice_id, timestamp '2026-01-01' as period_start,
            timestamp '2026-02-01' as period_end""",
    "conformed.billing_credit_notes": "select 'd1' as credit_note_id, 'n1' as invoice_id",
    "conformed.support_organizations": "select 'g1' as support_org_id, 'A1' as account_id",
    "conformed.support_ticket_events": "select 'v1' as ticket_event_id, 't1' as ticket_id",
    "conformed.support_csat": "select 'q1' as csat_id, 't1' as ticket_id, 'A1' as account_id",
    "conformed.cs_ctas": "select 'x1' as cta_id, 'A1' as account_id",
    "conformed.cs_playbook_tasks": "select 'y1' as task_id, 'x1' as cta_id, 'A1' as account_id",
    "conformed.gate_accounts": """
        select 'A1' as account_id, 'Enterprise' as segment_label, 'enterprise' as segment,
            900 as crm_arr_local, 900 as crm_arr, 895 as billing_arr, 895 as arr_at_stake,
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
        select 'o1' as opportunity_id, 'A1' as account_id, true as is_won, true as is_closed,
            100 as probability, date '2026-05-01' as close_date""",
    "conformed.support_tickets": """
        select 't1' as ticket_id, 'A1' as account_id, 'g1' as support_org_id,
            5 as first_reply_minutes_calendar, 9 as full_resolution_minutes_calendar,
            timestamp '2026-06-29' as updated_at""",
    "conformed.usage_events": """
        select 'e1' as event_id, 'A1' as account_id, 1 as quantity, 3 as duration_seconds,
            timestamp '2026-06-28' as occurred_at, timestamp '2026-06-29' as received_at""",
    "conformed.billing_invoices": """
        select 'n1' as invoice_id, 'c1' as billing_customer_id, 's1' as subscription_id,
            timestamp '2026-06-29' as updated_at""",
    "conformed.cs_surveys": """
        select 'r1' as response_id, 'A1' as account_id, 'NPS' as survey_type, 10 as score
        union all select 'r2', 'A1', 'CSAT', 95""",
    "conformed.hr_employees": """
        select 'u1' as user_id, 0.8 as fte, 1000 as target_arr, date '2026-01-01' as start_date,
            date '2026-02-01' as end_date""",
    "conformed.id_map": "select 'stripe' as source_system, 'c1' as source_id, 0.9 as confidence",
    "conformed.data_issues": """
        select 'x1' as issue_id, 'late_arrival' as rule_id, 'A1' as account_id,
            'RevOps' as owner_team, 895 as arr_at_stake""",
    "marts.dim_accounts": """
        select 'A1' as account_id, 'A1' as surviving_account_id, 900 as arr, false as is_merged
        union all select 'A2', 'A1', 0, true""",
    "marts.fct_csm_book_daily": """
        select 'u1' as book_id, 'u1' as csm_user_id, 'enterprise' as segment, 'emea' as region,
            1 as accounts, 900 as arr, 7 as effort_hours, date '2026-06-30' as date_day""",
    "marts.fct_csm_capacity_monthly": """
        select 'u1' as book_id, 'u1' as csm_user_id, 'within' as utilization_status, 30 as days,
            15 as employed_days, 0.5 as present_fte, 0.5 as productive_fte, 900 as closing_arr,
            date '2026-06-01' as month_start_date, date '2026-06-30' as state_date""",
    "marts.rpt_capacity_plan_monthly": """
        select 'base' as scenario, 'enterprise' as segment, 1 as plan_month_number,
            1 as csms_required, 1 as customers, 7 as effort_hours, 96 as customer_hours_per_month,
            0.5 as csms_on_staff, 0.5 as coverage_gap""",
    "marts.rpt_book_rebalancing": """
        select 'A1' as account_id, 'enterprise/human' as pool_id, 'u1' as from_csm_user_id,
            'u2' as to_csm_user_id""",
    "marts.rpt_book_rebalancing_plans": "select 'enterprise/human' as pool_id, 1 as moves",
    "marts.fct_account_cost_to_serve": """
        select 'A1' as account_id, 'enterprise' as segment, 'fits' as touch_fit, 900 as arr,
            20 as cost_to_serve, 720 as gross_profit, 700 as margin_after_service""",
    "marts.rpt_tech_touch_threshold": """
        select 'enterprise' as segment, 0 as human_accounts_below, 0 as tech_accounts_above""",
    "marts.fct_arr_movements_monthly": f"""
        select 'A1' as account_id, 'new' as movement, 0 as opening_arr, 800 as new_arr,
            0 as expansion_arr, 800 as closing_arr, 0 as opening_arr_spot, 800 as new_arr_spot,
            0 as expansion_arr_spot, 800 as closing_arr_spot, 0 as seats_arr,
            date '2026-05-01' as month_start_date, date '2026-05-31' as state_date, {NOTHING_ELSE},
            0 as price_arr, 0 as plan_arr, 0 as product_arr
        union all select 'A1', 'expansion', 800, 0, 100, 900, 800, 0, 100, 900, 100,
            date '2026-06-01', date '2026-06-30', {NOTHING_ELSE}, 0, 0, 0""",
    "marts.fct_arr_product_movements_monthly": f"""
        select 'A1' as account_id, 'core' as product_id, 'new' as movement, 0 as opening_arr,
            800 as new_arr, 0 as expansion_arr, 800 as closing_arr, 0 as opening_arr_spot,
            800 as new_arr_spot, 0 as expansion_arr_spot, 800 as closing_arr_spot,
            date '2026-05-01' as month_start_date, date '2026-05-31' as state_date, {NOTHING_ELSE}
        union all select 'A1', 'core', 'expansion', 800, 0, 100, 900, 800, 0, 100, 900,
            date '2026-06-01', date '2026-06-30', {NOTHING_ELSE}""",
    "marts.fct_arr_parent_movements_monthly": f"""
        select 'A1' as ultimate_parent_account_id, 'new' as movement, 0 as opening_arr,
            800 as new_arr, 0 as expansion_arr, 800 as closing_arr, 0 as opening_arr_spot,
            800 as new_arr_spot, 0 as expansion_arr_spot, 800 as closing_arr_spot,
            date '2026-05-01' as month_start_date, date '2026-05-31' as state_date, {NOTHING_ELSE},
            0 as transfer_arr, 0 as transfer_arr_spot
        union all select 'A1', 'expansion', 800, 0, 100, 900, 800, 0, 100, 900,
            date '2026-06-01', date '2026-06-30', {NOTHING_ELSE}, 0, 0""",
    "marts.fct_arr_history": """
        select 'A1' as account_id, 'billing' as arr_source, 'i1' as record_id, 800 as arr_local,
            1 as plan_rate, 800 as arr, date '2026-05-10' as valid_from,
            date '2026-06-10' as valid_to
        union all select 'A1', 'billing', 'i1', 900, 1, 900, date '2026-06-10', null""",
    "marts.rpt_retention_monthly": """
        select date '2026-06-01' as month_start_date, 'company' as slice_type,
            'company' as slice_value, 2 as cohort_logos, 1 as retained_logos, 1 as churned_logos,
            200 as start_arr, 150 as end_arr, 100 as retained_arr, 100 as net_new_arr,
            0.75 as nrr, 0.5 as grr
        union all select date '2026-06-01', 'segment', 'smb', 2, 1, 1, 200, 150, 100, 100, 0.75,
            0.5""",
    "marts.rpt_retention_cohorts": """
        select '2026-Q2' as start_cohort, 0 as months_since_start, 1 as cohort_logos,
            1 as active_logos, 800 as start_arr, 800 as arr
        union all select '2026-Q2', 1, 1, 1, 800, 900""",
    "marts.fct_arr_published_months": """
        select 'A1' as account_id, date '2026-05-01' as month_start_date,
            date '2026-06-10' as known_from, date '2026-06-20' as known_to
        union all select 'A1', date '2026-05-01', date '2026-06-20', null""",
    "marts.fct_account_health_daily": """
        select 'A1' as account_id, 'scored' as status, 'green' as band, 75 as score,
            72 as raw_score, 1 as coverage, true as is_overridden, date '2026-06-30' as date_day,
            'u1' as override_author_user_id, 'seasonal' as override_reason,
            date '2026-07-05' as override_end_date
        union all select 'A1', 'scored', 'green', 70, 70, 1, false, date '2026-06-29', null, null,
            null""",
    "marts.fct_account_health_inputs_daily": """
        select 'A1' as account_id, 'usage' as input_id, 'all' as measure_id, 72 as grade,
            72 as contribution, true as is_present, date '2026-06-30' as date_day
        union all select 'A1', 'usage', 'seat_adoption', 72, 72, true, date '2026-06-30'""",
    "marts.fct_account_health_changes": """
        select 'A1' as account_id, 1 as comparison_days, 75 as score, 70 as previous_score,
            5 as score_change, 2 as usage_change, 0 as engagement_change, 0 as support_change,
            0 as sentiment_change, 0 as commercial_change, 0 as weight_change,
            0 as coverage_change, 3 as override_change, date '2026-06-30' as date_day,
            date '2026-06-29' as previous_day""",
    "marts.rpt_cs_ops_kpis_monthly": """
        select 'grr' as kpi_id, 'met' as status, 9 as numerator, 10 as denominator,
            0.9 as kpi_value, 0.9 as target, date '2026-06-01' as month_start_date""",
    "marts.rpt_account_360": """
        select account_id, arr from marts.dim_accounts""",
    "marts.fct_csm_time_weekly": """
        select 'u1' as csm_user_id, 40 as logged_hours, 25 as customer_hours, 0 as unlisted_hours,
            date '2026-06-28' as week_end_date""",
    "marts.fct_account_health_monthly": """
        select 'A1' as account_id, 'scored' as status, 'green' as band, 75 as score, 1 as coverage,
            900 as arr, true as is_overridden, date '2026-06-01' as month_start_date,
            date '2026-06-30' as date_day""",
    "marts.rpt_health_drift_weekly": """
        select 'all' as slice_type, 'all' as slice, 'score' as subject_id,
            'stable' as drift_level, 100 as account_count, 5 as missing_count,
            400 as reference_account_count, 20 as reference_missing_count, 0.01 as psi,
            false as is_shifted, false as is_unexplained, date '2026-06-28' as week_end_date""",
    "marts.fct_tickets": """
        select 't1' as ticket_id, 'A1' as account_id, 4.5 as first_response_hours,
            2 as first_response_business_hours, null as resolution_hours,
            null as resolution_business_hours, true as is_open, true as is_response_due,
            false as is_response_on_time, true as is_business_response_due,
            true as is_business_response_on_time""",
    "marts.rpt_support_monthly": """
        select date '2026-06-01' as month_start_date, 'company' as slice_type,
            'company' as slice_value, 0 as opening_backlog, 1 as created_tickets, 1 as reopenings,
            1 as solves, 1 as closing_backlog, 1 as due_responses
        union all select date '2026-06-01', 'segment', 'smb', 0, 1, 1, 1, 1, 1""",
    "conformed.cs_escalations": """
        select 'x1' as escalation_id, 'A1' as account_id, 'Open' as status,
            timestamp '2026-06-28' as opened_at, timestamp '2026-06-28' as updated_at""",
    "marts.fct_escalations": """
        select 'x1' as escalation_id, 'A1' as account_id, 4 as response_sla_hours""",
    "marts.fct_escalation_candidates": """
        select 'A1' as account_id, 'low_score' as criterion_id, 'u1' as alert_user_id""",
    "marts.fct_qbr_periods": """
        select 'A1' as account_id, date '2026-03-31' as period_end_date, 'late' as outcome,
            true as is_eligible, false as is_on_cadence, date '2026-04-14' as last_date,
            date '2026-04-15' as held_date""",
    "marts.fct_expansion_signals": """
        select 'A1' as account_id, 'seats_nearly_used' as signal_type, '9 of 10' as evidence,
            date '2026-06-01' as since_date, date '2026-06-14' as began_date,
            date '2026-06-30' as last_held_date, true as is_open, true as is_largest_open""",
    "marts.fct_cs_qualified_leads": """
        select 'l1' as lead_id, 'A1' as account_id, 'o1' as opportunity_id,
            'accepted' as lead_status, 4 as days_to_hand_off, true as is_acceptance_due,
            true as is_accepted_in_time, date '2026-06-01' as created_date,
            date '2026-06-05' as handed_off_date""",
    "marts.rpt_expansion_coverage": """
        select 'month' as period_type, date '2026-06-01' as period_start_date,
            'company' as slice_type, 'company' as slice_value, 100 as target_arr,
            200 as open_pipeline_arr, 50 as expansion_arr, 2 as expansion_pipeline_coverage
        union all select 'month', date '2026-06-01', 'segment', 'smb', 100, 200, 50, 2
        union all select 'month', date '2026-06-01', 'segment', 'other', 0, 0, 0, null""",
    "marts.fct_account_engagement_monthly": """
        select 'A1' as account_id, date '2026-05-01' as month_start_date,
            date '2026-05-31' as state_date, 1 as met_contact_count, 2 as engaged_contact_count,
            1 as executive_contact_count, 1 as executive_sponsor_count,
            true as executive_sponsor_known, true as is_executive_sponsor_covered,
            date '2026-05-04' as last_meeting_date, date '2026-05-06' as last_two_way_contact_date
        union all select 'A1', date '2026-06-01', date '2026-06-30', 1, 2, 1, 1, true, true,
            date '2026-05-04', date '2026-05-06'""",
    "marts.rpt_qbr_renewal_outcomes": """
        select 'company' as slice_type, 'company' as slice_value, 'missed' as review_outcome,
            30 as due_terms, 24 as renewed_terms, 300 as due_arr, 240 as retained_arr,
            0.8 as renewal_rate_logo, 0.63 as renewal_rate_logo_low,
            0.9 as renewal_rate_logo_high, 0.8 as renewal_rate_arr, 0.6 as renewal_rate_arr_low,
            0.92 as renewal_rate_arr_high, true as has_enough_terms""",
    "marts.fct_onboarding": """
        select 'A1' as account_id, 5 as days_to_kick_off, 30 as days_to_value, 40 as days_seen""",
    "marts.rpt_time_to_value": """
        select 'value' as stage, 'company' as slice_type, 'company' as slice_value, 1 as accounts,
            1 as reached_accounts, 20 as median_days_low, 30 as median_days,
            50 as median_days_high""",
    "marts.fct_account_history": """
        select 'A1' as account_id, date '2026-01-01' as valid_from, date '2026-03-01' as valid_to,
            false as is_current
        union all select 'A1', date '2026-03-01', null, true""",
    "marts.fct_renewals": """
        select 'k1' as contract_id, 'A1' as account_id, 'expanded' as outcome, 100 as due_arr,
            120 as renewed_arr, 0 as churned_arr, 0 as contracted_arr, 20 as uplift_arr,
            0 as undecided_arr, date '2026-03-01' as due_date, date '2026-02-01' as closed_date
        union all select 'k2', 'A1', 'pending', 100, 0, 0, 0, 0, 100, date '2026-09-01', null""",
    "marts.fct_renewal_forecast_daily": """
        select date '2026-06-30' as snapshot_date, 'k2' as contract_id, 'A1' as account_id,
            0.9 as probability, 100 as due_arr, 90 as forecast_arr""",
    "marts.rpt_renewal_forecast_accuracy": """
        select '2026-Q1' as due_quarter, 90 as horizon_days, 'company' as slice_type,
            'company' as slice_value, 'expected' as forecaster, 180 as forecast_arr,
            10 as secured_arr, 0 as due_change_arr, 0 as slipped_arr, -90 as lost_arr,
            0 as contracted_arr, 0 as pulled_in_arr, 100 as actual_arr""",
    "marts.fct_playbook_tasks": """
        select 'k2|PB_RENEWAL|1' as task_id, 'p1' as source_task_id, 'k2' as contract_id,
            'Plan the renewal' as step_name, 180 as days_before, 'calendar' as opened_by""",
    "marts.fct_data_issues": """
        select 'x1' as issue_id, 'late_arrival' as rule_id, 'A1' as account_id,
            'RevOps' as owner_team, 895 as arr_at_stake""",
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
                connection.execute(f"create table if not exists {name} ({columns})")
        for name, rows in ROWS.items():
            if name in tables:
                connection.execute(f"insert into {name} by name {rows}")
    return path
