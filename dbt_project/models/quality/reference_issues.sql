{%- set references = [
    ('billing_subscriptions', 'subscription_id', 'billing_customer_id', 'billing_customers', 'billing_customer_id'),
    ('billing_subscription_items', 'subscription_item_id', 'subscription_id', 'billing_subscriptions', 'subscription_id'),
    ('billing_invoices', 'invoice_id', 'billing_customer_id', 'billing_customers', 'billing_customer_id'),
    ('billing_invoices', 'invoice_id', 'subscription_id', 'billing_subscriptions', 'subscription_id'),
    ('billing_invoice_lines', 'invoice_line_id', 'invoice_id', 'billing_invoices', 'invoice_id'),
    ('billing_credit_notes', 'credit_note_id', 'invoice_id', 'billing_invoices', 'invoice_id'),
    ('crm_accounts', 'account_id', 'parent_account_id', 'crm_accounts', 'account_id'),
    ('crm_contacts', 'contact_id', 'account_id', 'crm_accounts', 'account_id'),
    ('crm_contracts', 'contract_id', 'account_id', 'crm_accounts', 'account_id'),
    ('crm_contracts', 'contract_id', 'previous_contract_id', 'crm_contracts', 'contract_id'),
    ('crm_opportunities', 'opportunity_id', 'account_id', 'crm_accounts', 'account_id'),
    ('crm_opportunity_history', 'history_id', 'opportunity_id', 'crm_opportunities', 'opportunity_id'),
    ('support_tickets', 'ticket_id', 'support_org_id', 'support_organizations', 'support_org_id'),
    ('support_ticket_events', 'ticket_event_id', 'ticket_id', 'support_tickets', 'ticket_id'),
    ('support_csat', 'csat_id', 'ticket_id', 'support_tickets', 'ticket_id'),
    ('cs_playbook_tasks', 'task_id', 'cta_id', 'cs_ctas', 'cta_id'),
] -%}
{%- set first_dates = {
    'billing_subscriptions': 'created_at', 'billing_subscription_items': 'valid_from',
    'billing_invoices': 'created_at', 'billing_invoice_lines': 'updated_at',
    'billing_credit_notes': 'created_at', 'crm_accounts': 'created_at',
    'crm_contacts': 'created_at', 'crm_contracts': 'start_date', 'crm_opportunities': 'created_at',
    'crm_opportunity_history': 'changed_at', 'support_tickets': 'created_at',
    'support_ticket_events': 'occurred_at', 'support_csat': 'responded_at',
    'cs_playbook_tasks': 'created_at',
} -%}

with

{% for child, key, column, parent, parent_key in references %}
{{ child }}_{{ column }} as (
    select
        'orphan_reference' as rule_id,
        children._source_system as source_system,
        '{{ child }}' as contract_table,
        children.{{ key }} as record_id,
        {% if column == 'account_id' -%}
        cast(null as {{ dbt.type_string() }})
        {%- elif child in (
            'crm_accounts', 'crm_contracts', 'support_tickets', 'support_csat', 'cs_playbook_tasks'
        ) -%}
        children.account_id
        {%- else -%}
        cast(null as {{ dbt.type_string() }})
        {%- endif %} as account_id,
        '{{ column }}' as field_name,
        'The row points at a record of {{ parent }} that is not there' as fault,
        children.{{ column }} as observed_value,
        children._source_file as source_file,
        cast(children.{{ first_dates[child] }} as date) as first_seen_date
    from {{ ref(child) }} as children
    left join {{ ref(parent) }} as parents
        on children.{{ column }} = parents.{{ parent_key }}
    where
        children.{{ column }} is not null
        and parents.{{ parent_key }} is null
),

{% endfor %}
reference_issues as (
    {%- for child, key, column, parent, parent_key in references %}
    select * from {{ child }}_{{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from reference_issues
