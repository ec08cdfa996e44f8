{#- Which staging model feeds which table of the input contract. To add a system, write its staging
    models in the columns of the contract and name them here.

    `object` is what the system calls a customer, and `key` the column with that object's id (default
    account_id); account ids resolve through account_id_aliases. A table that has no built-in system
    is still fed by mapped exports (var mapped_tables). -#}
{% macro input_adapters() %}
    {% do return({
        'crm_accounts': [{'system': 'salesforce', 'model': 'stg_salesforce__accounts'}],
        'crm_account_changes': [
            {'system': 'salesforce', 'model': 'stg_salesforce__account_changes', 'object': 'account'},
        ],
        'crm_contacts': [
            {'system': 'salesforce', 'model': 'stg_salesforce__contacts', 'object': 'account'},
        ],
        'crm_opportunities': [
            {'system': 'salesforce', 'model': 'stg_salesforce__opportunities', 'object': 'account'},
        ],
        'crm_opportunity_history': [
            {'system': 'salesforce', 'model': 'stg_salesforce__opportunity_changes'},
        ],
        'crm_contracts': [
            {'system': 'salesforce', 'model': 'stg_salesforce__contracts', 'object': 'account'},
        ],
        'crm_activities': [
            {'system': 'salesforce', 'model': 'stg_salesforce__tasks', 'object': 'account'},
            {'system': 'salesforce', 'model': 'stg_salesforce__events', 'object': 'account'},
            {'system': 'gainsight', 'model': 'stg_gainsight__timeline_activities', 'object': 'company'},
        ],
        'account_team_assignments': [
            {'system': 'salesforce', 'model': 'stg_salesforce__team_members', 'object': 'account'},
        ],
        'billing_customers': [
            {'system': 'stripe', 'model': 'stg_stripe__customers', 'object': 'customer',
             'key': 'billing_customer_id'},
        ],
        'billing_subscriptions': [{'system': 'stripe', 'model': 'stg_stripe__subscriptions'}],
        'billing_subscription_items': [{'system': 'stripe', 'model': 'stg_stripe__subscription_items'}],
        'billing_invoices': [{'system': 'stripe', 'model': 'stg_stripe__invoices'}],
        'billing_invoice_lines': [{'system': 'stripe', 'model': 'stg_stripe__invoice_lines'}],
        'billing_credit_notes': [{'system': 'stripe', 'model': 'stg_stripe__credit_notes'}],
        'support_organizations': [
            {'system': 'zendesk', 'model': 'stg_zendesk__organizations', 'object': 'organization',
             'key': 'support_org_id'},
        ],
        'support_tickets': [
            {'system': 'zendesk', 'model': 'stg_zendesk__tickets', 'object': 'organization',
             'key': 'support_org_id'},
        ],
        'support_ticket_events': [{'system': 'zendesk', 'model': 'stg_zendesk__ticket_events'}],
        'support_csat': [
            {'system': 'zendesk', 'model': 'stg_zendesk__satisfaction_ratings',
             'object': 'organization', 'key': 'support_org_id'},
        ],
        'usage_events': [
            {'system': 'product', 'model': 'stg_product__events', 'object': 'group'},
        ],
        'usage_daily': [],
        'product_entitlements': [
            {'system': 'product', 'model': 'stg_product__entitlements', 'object': 'group'},
        ],
        'product_users': [{'system': 'product', 'model': 'stg_product__users', 'object': 'group'}],
        'cs_surveys': [
            {'system': 'gainsight', 'model': 'stg_gainsight__survey_responses', 'object': 'company'},
        ],
        'cs_ctas': [{'system': 'gainsight', 'model': 'stg_gainsight__ctas', 'object': 'company'}],
        'cs_playbook_tasks': [
            {'system': 'gainsight', 'model': 'stg_gainsight__playbook_tasks', 'object': 'company'},
        ],
        'cs_success_plans': [
            {'system': 'gainsight', 'model': 'stg_gainsight__success_plans', 'object': 'company'},
        ],
        'cs_scorecards': [
            {'system': 'gainsight', 'model': 'stg_gainsight__scorecards', 'object': 'company'},
        ],
        'cs_qbrs': [{'system': 'gainsight', 'model': 'stg_gainsight__qbrs', 'object': 'company'}],
        'cs_onboarding_milestones': [
            {'system': 'gainsight', 'model': 'stg_gainsight__onboarding_milestones',
             'object': 'company'},
        ],
        'cs_escalations': [
            {'system': 'gainsight', 'model': 'stg_gainsight__escalations', 'object': 'company'},
        ],
        'cs_health_overrides': [
            {'system': 'gainsight', 'model': 'stg_gainsight__health_overrides', 'object': 'company'},
        ],
        'cs_programme_touches': [
            {'system': 'gainsight', 'model': 'stg_gainsight__programme_touches', 'object': 'company'},
        ],
        'hr_employees': [{'system': 'hr', 'model': 'stg_hr__employees'}],
        'hr_time_allocation': [{'system': 'hr', 'model': 'stg_hr__time_allocation'}],
        'fx_rates': [{'system': 'finance', 'model': 'stg_finance__fx_rates'}],
        'id_map': [{'system': 'mdm', 'model': 'stg_mdm__id_map', 'object': 'account'}],
    }) %}
{% endmacro %}

{#- The relations that feed a contract table in this run: [{relation, object, key}], may be empty. -#}
{% macro enabled_adapters(contract_table) %}
    {%- set found = [] -%}
    {%- for entry in input_adapters()[contract_table] if entry['system'] in var('systems') -%}
        {%- do found.append({
            'relation': ref(entry['model']),
            'object': entry.get('object'),
            'key': entry.get('key', 'account_id'),
        }) -%}
    {%- endfor -%}
    {%- if contract_table in var('mapped_tables') -%}
        {%- set own_id = {
            'billing_customers': 'coalesce(account_id, billing_customer_id)',
            'support_organizations': 'coalesce(account_id, support_org_id)',
            'support_tickets': 'coalesce(account_id, support_org_id)',
        } -%}
        {%- do found.append({
            'relation': source('mapped', contract_table),
            'object': none if contract_table == 'crm_accounts'
                or (execute and 'account_id' not in contract(contract_table).names) else 'account',
            'key': own_id.get(contract_table, 'account_id'),
        }) -%}
    {%- endif -%}
    {%- do return(found) -%}
{% endmacro %}

{#- A contract table as its YAML twin declares it; the contract lives there and nowhere else.
    {name, columns: [{name, type, is_required, is_masked}], primary_key, cursor, mode, known_at,
    happened_at}. Only at execution: while dbt parses there is no graph yet. -#}
{% macro contract(contract_table) %}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ contract_table] -%}
    {%- set meta = node.config.meta -%}
    {%- set columns = [] -%}
    {%- for column in node.columns.values() -%}
        {%- set column_meta = column.get('config', {}).get('meta', {}) or column.get('meta', {}) -%}
        {%- do columns.append({
            'name': column.name,
            'type': contract_type(column.data_type),
            'declared': column.data_type,
            'is_required': column_meta.get('required', false),
            'is_masked': column_meta.get('masked', false),
        }) -%}
    {%- endfor -%}
    {%- do return({
        'name': contract_table,
        'columns': columns,
        'names': columns | map(attribute='name') | list,
        'primary_key': meta['primary_key'],
        'cursor': meta['cursor'],
        'mode': meta['mode'],
        'known_at': meta.get('known_at', []),
        'happened_at': meta.get('happened_at'),
    }) -%}
{% endmacro %}

{#- A declared contract type in this engine's words. -#}
{% macro contract_type(declared) %}
    {%- set types = {
        'string': dbt.type_string(),
        'int': dbt.type_int(),
        'bigint': dbt.type_bigint(),
        'timestamp': dbt.type_timestamp(),
    } -%}
    {%- do return(types.get(declared | trim | lower, declared)) -%}
{% endmacro %}
