{%- set tables_of_objects = {
    'account': 'crm_accounts',
    'customer': 'billing_customers',
    'organization': 'support_organizations',
    'group': 'product_users',
    'company': 'cs_ctas',
} -%}

with

account_id_aliases as (
    select * from {{ ref('account_id_aliases') }}
),

faulty_aliases as (
    select
        case
            when account_id is null then 'unresolved_account'
            else 'alternate_id_spelling'
        end as rule_id,
        source_system,
        case source_object
            {%- for source_object, contract_table in tables_of_objects.items() %}
            when '{{ source_object }}' then '{{ contract_table }}'
            {%- endfor %}
        end as contract_table,
        source_object,
        source_id as record_id,
        account_id,
        spelling,
        row_count,
        first_known_date
    from account_id_aliases
    where
        account_id is null
        or spelling <> 'exact'
),

identity_issues as (
    select
        rule_id,
        source_system,
        contract_table,
        record_id,
        account_id,
        'account_id' as field_name,
        case
            when rule_id = 'unresolved_account'
                then 'The ' || source_object || ' id belongs to no CRM account'
            else 'The ' || source_object || ' id was understood in another spelling: ' || spelling
        end as fault,
        record_id as observed_value,
        cast(null as {{ dbt.type_string() }}) as source_file,
        first_known_date as first_seen_date
    from faulty_aliases
    where
        first_known_date <= {{ as_of_day() }}
        or first_known_date is null
)

select * from identity_issues
