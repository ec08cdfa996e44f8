with

gate_accounts as (
    select * from {{ ref('gate_accounts') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

crm_contracts as (
    select * from {{ ref('crm_contracts') }}
),

quality_policy as (
    select * from {{ ref('quality_policy_in_force') }}
),

field_intervals as (
    select * from {{ ref('int_account_field_intervals') }}
    where valid_to is null
),

arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
    where valid_to is null
),

unlisted_segments as (
    select
        'unknown_segment' as rule_id,
        'crm_accounts' as contract_table,
        account_id as record_id,
        account_id,
        'segment' as field_name,
        'The segment is not in the reference list' as fault,
        segment_label as observed_value
    from gate_accounts
    where
        segment_label is not null
        and segment is null
),

negative_account_arr as (
    select
        'negative_arr' as rule_id,
        'crm_accounts' as contract_table,
        account_id as record_id,
        account_id,
        'arr' as field_name,
        'ARR is below zero' as fault,
        cast(arr as {{ dbt.type_string() }}) as observed_value
    from crm_accounts
    where arr < 0
),

negative_contract_arr as (
    select
        'negative_arr' as rule_id,
        'crm_contracts' as contract_table,
        contract_id as record_id,
        account_id,
        'arr' as field_name,
        'ARR is below zero' as fault,
        cast(arr as {{ dbt.type_string() }}) as observed_value
    from crm_contracts
    where arr < 0
),

-- A negative figure is its own fault and is not also counted as a disagreement.
disagreeing_arr as (
    select
        quality_policy.rule_id,
        'crm_accounts' as contract_table,
        gate_accounts.account_id as record_id,
        gate_accounts.account_id,
        'arr' as field_name,
        'ARR in the CRM differs from billing by more than the policy allows' as fault,
        'crm ' || cast(gate_accounts.crm_arr as {{ dbt.type_string() }})
        || ', billing ' || cast(gate_accounts.billing_arr as {{ dbt.type_string() }})
            as observed_value
    from gate_accounts
    inner join quality_policy
        on quality_policy.rule_id = 'arr_billing_mismatch'
    where
        gate_accounts.crm_arr >= 0
        and abs(gate_accounts.crm_arr - gate_accounts.billing_arr)
        > quality_policy.tolerance * gate_accounts.billing_arr
),

value_faults as (
    select * from unlisted_segments
    union all
    select * from negative_account_arr
    union all
    select * from negative_contract_arr
    union all
    select * from disagreeing_arr
),

account_value_issues as (
    select
        value_faults.rule_id,
        coalesce(crm_contracts._source_system, crm_accounts._source_system) as source_system,
        value_faults.contract_table,
        value_faults.record_id,
        value_faults.account_id,
        value_faults.field_name,
        value_faults.fault,
        value_faults.observed_value,
        coalesce(crm_contracts._source_file, crm_accounts._source_file) as source_file,
        case
            when value_faults.contract_table = 'crm_contracts' then crm_contracts.start_date
            when value_faults.rule_id = 'arr_billing_mismatch'
                then greatest(
                    coalesce(arr_intervals.valid_from, field_intervals.valid_from),
                    coalesce(field_intervals.valid_from, arr_intervals.valid_from)
                )
            else field_intervals.valid_from
        end as first_seen_date
    from value_faults
    left join crm_accounts
        on value_faults.account_id = crm_accounts.account_id
    left join crm_contracts
        on
            value_faults.record_id = crm_contracts.contract_id
            and value_faults.contract_table = 'crm_contracts'
    left join field_intervals
        on
            value_faults.account_id = field_intervals.account_id
            and value_faults.field_name = field_intervals.field_name
    left join arr_intervals
        on value_faults.account_id = arr_intervals.account_id
)

select * from account_value_issues
