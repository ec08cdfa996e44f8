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

id_map as (
    select * from {{ ref('id_map') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

reference_issues as (
    select * from {{ ref('reference_issues') }}
),

faulty_aliases as (
    select
        account_id_aliases.*,
        case
            when account_id is null then 'unresolved_account'
            else 'alternate_id_spelling'
        end as rule_id
    from account_id_aliases
    where
        (account_id is null or spelling <> 'exact')
        and (first_known_date <= {{ as_of_day() }} or first_known_date is null)
),

-- A row that points at a record which isn't there is listed as that; its id is not listed again.
missing_records as (
    select
        source_system,
        observed_value as source_id
    from reference_issues
    where field_name in ('account_id', 'support_org_id')
    group by source_system, observed_value
),

-- The map's own column of accounts: its spellings are listed under the ids that they resolve.
map_systems as (
    select id_map._source_system as source_system
    from id_map
    left join crm_accounts
        on id_map._source_system = crm_accounts._source_system
    where crm_accounts.account_id is null
    group by id_map._source_system
),

located_aliases as (
    select
        faulty_aliases.rule_id,
        coalesce(id_map._source_system, faulty_aliases.source_system) as source_system,
        case
            when id_map.source_id is not null then 'id_map'
            {%- for source_object, contract_table in tables_of_objects.items() %}
            when faulty_aliases.source_object = '{{ source_object }}' then '{{ contract_table }}'
            {%- endfor %}
        end as contract_table,
        case
            when id_map.source_id is not null
                then id_map.source_system || '|' || id_map.source_object || '|' || id_map.source_id
            else faulty_aliases.source_id
        end as record_id,
        faulty_aliases.account_id,
        faulty_aliases.source_object,
        faulty_aliases.source_id,
        faulty_aliases.spelling,
        id_map._source_file as source_file,
        faulty_aliases.first_known_date
    from faulty_aliases
    left join id_map
        on
            faulty_aliases.claim = 'id_map'
            and faulty_aliases.source_system = id_map.source_system
            and faulty_aliases.source_object = id_map.source_object
            and faulty_aliases.source_id = id_map.source_id
    left join missing_records
        on
            faulty_aliases.source_system = missing_records.source_system
            and faulty_aliases.source_id = missing_records.source_id
            and faulty_aliases.rule_id = 'unresolved_account'
    left join map_systems
        on
            faulty_aliases.source_system = map_systems.source_system
            and faulty_aliases.source_object = 'account'
            and faulty_aliases.rule_id = 'alternate_id_spelling'
    where
        missing_records.source_id is null
        and map_systems.source_system is null
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
            else 'The account of this ' || source_object
            || ' id was understood in another spelling: ' || spelling
        end as fault,
        source_id as observed_value,
        source_file,
        first_known_date as first_seen_date
    from located_aliases
)

select * from identity_issues
