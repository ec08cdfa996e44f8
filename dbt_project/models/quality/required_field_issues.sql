with

gate_accounts as (
    select * from {{ ref('gate_accounts') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

required_fields as (
    select * from {{ ref('required_fields') }}
),

field_intervals as (
    select * from {{ ref('int_account_field_intervals') }}
),

account_arr as (
    select * from {{ ref('int_account_arr_current') }}
),

-- The values of each field that policy may require, one row per account and field.
field_values as (
    {%- for field_name in [
        'arr', 'segment', 'renewal_date', 'region', 'owner_user_id', 'csm_user_id', 'currency',
    ] %}
    select
        gate_accounts.account_id,
        '{{ field_name }}' as field_name,
        gate_accounts.is_evergreen,
        nullif(trim(cast(crm_accounts.{{ field_name }} as {{ dbt.type_string() }})), '')
            as field_value,
        crm_accounts._source_system as source_system,
        crm_accounts._source_file as source_file,
        cast(crm_accounts.created_at as date) as created_date,
        cast(crm_accounts.became_customer_at as date) as became_customer_date
    from gate_accounts
    inner join crm_accounts
        on gate_accounts.account_id = crm_accounts.account_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

missing_values as (
    select
        required_fields.rule_id,
        field_values.*
    from field_values
    inner join required_fields
        on field_values.field_name = required_fields.field_name
    where
        field_values.field_value is null
        and required_fields.contract_table = 'crm_accounts'
        and required_fields.valid_from <= {{ as_of_day() }}
        and not (
            coalesce(required_fields.exemption, '') = 'evergreen_contract'
            and field_values.is_evergreen
        )
),

-- A gap is a fault from the day on which the field went blank or the account became a customer.
required_field_issues as (
    select
        missing_values.rule_id,
        missing_values.source_system,
        'crm_accounts' as contract_table,
        missing_values.account_id as record_id,
        missing_values.account_id,
        missing_values.field_name,
        'A live customer has no ' || replace(missing_values.field_name, '_', ' ') as fault,
        cast(null as {{ dbt.type_string() }}) as observed_value,
        missing_values.source_file,
        greatest(
            coalesce(
                field_intervals.valid_from,
                missing_values.created_date,
                missing_values.became_customer_date,
                account_arr.first_arr_date
            ),
            coalesce(
                account_arr.first_arr_date,
                missing_values.became_customer_date,
                field_intervals.valid_from,
                missing_values.created_date
            )
        ) as first_seen_date
    from missing_values
    left join field_intervals
        on
            missing_values.account_id = field_intervals.account_id
            and missing_values.field_name = field_intervals.field_name
            and field_intervals.valid_to is null
    left join account_arr
        on missing_values.account_id = account_arr.account_id
)

select * from required_field_issues
