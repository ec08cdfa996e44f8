{#- The cursor of each contract table, as in its twin: when a record last changed. -#}
{%- set cursors = {
    'account_team_assignments': 'updated_at', 'billing_credit_notes': 'updated_at',
    'billing_customers': 'updated_at', 'billing_invoice_lines': 'updated_at',
    'billing_invoices': 'updated_at', 'billing_subscription_items': 'updated_at',
    'billing_subscriptions': 'updated_at', 'crm_account_changes': 'changed_at',
    'crm_accounts': 'updated_at', 'crm_activities': 'updated_at', 'crm_contacts': 'updated_at',
    'crm_contracts': 'updated_at', 'crm_opportunities': 'updated_at',
    'crm_opportunity_history': 'changed_at', 'cs_ctas': 'updated_at',
    'cs_escalations': 'updated_at', 'cs_health_overrides': 'set_at',
    'cs_onboarding_milestones': 'updated_at', 'cs_playbook_tasks': 'updated_at',
    'cs_programme_touches': 'sent_at', 'cs_qbrs': 'updated_at', 'cs_scorecards': 'scored_at',
    'cs_success_plans': 'updated_at', 'cs_surveys': 'updated_at', 'fx_rates': 'rate_date',
    'hr_employees': 'updated_at', 'hr_time_allocation': 'updated_at', 'id_map': 'updated_at',
    'product_entitlements': 'updated_at', 'product_users': 'updated_at',
    'support_csat': 'updated_at', 'support_organizations': 'updated_at',
    'support_ticket_events': 'occurred_at', 'support_tickets': 'updated_at',
    'usage_daily': 'updated_at', 'usage_events': 'received_at',
} -%}

with

{%- for contract_table, cursor in cursors.items() %}

{{ contract_table }}_days as (
    select
        '{{ contract_table }}' as contract_table,
        _source_system as source_system,
        cast({{ cursor }} as date) as date_day,
        count(*) as record_count,
        max(cast({{ cursor }} as {{ dbt.type_timestamp() }})) as newest_at
    from {{ ref(contract_table) }}
    where {{ cursor }} is not null
    group by _source_system, cast({{ cursor }} as date)
),

{%- endfor %}

source_days as (
    {%- for contract_table in cursors %}
    select * from {{ contract_table }}_days
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from source_days
where newest_at < {{ as_of_end() }}
