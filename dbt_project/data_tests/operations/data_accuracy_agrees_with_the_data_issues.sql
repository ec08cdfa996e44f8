-- On the as-of day the faulty values of paying accounts are those that fct_data_issues lists, field
-- by field: two ways to a fault, through the field history and through the account as it stands.
with

listed as (
    select
        case
            when issues.rule_id = 'arr_billing_mismatch' then 'agrees_with_billing'
            else 'required_value'
        end as check_id,
        issues.field_name,
        count(distinct issues.account_id) as faults
    from {{ ref('fct_data_issues') }} as issues
    inner join {{ ref('dim_accounts') }} as accounts
        on issues.account_id = accounts.account_id
    inner join {{ ref('required_fields') }} as required_fields
        on
            issues.contract_table = required_fields.contract_table
            and issues.field_name = required_fields.field_name
    where
        accounts.is_customer
        and issues.contract_table = 'crm_accounts'
        and issues.rule_id in (
            'missing_arr',
            'missing_segment',
            'missing_renewal_date',
            'unknown_segment',
            'negative_arr',
            'arr_billing_mismatch'
        )
    group by
        case
            when issues.rule_id = 'arr_billing_mismatch' then 'agrees_with_billing'
            else 'required_value'
        end,
        issues.field_name
),

-- What is below zero is listed as that, and not as a disagreement, too.
negative as (
    select count(distinct issues.account_id) as faults
    from {{ ref('fct_data_issues') }} as issues
    inner join {{ ref('dim_accounts') }} as accounts
        on issues.account_id = accounts.account_id
    where
        accounts.is_customer
        and accounts.arr_source <> 'crm'
        and issues.rule_id = 'negative_arr'
        and issues.contract_table = 'crm_accounts'
),

counted as (
    select
        accuracy.check_id,
        accuracy.field_name,
        sum(accuracy.missing_values + accuracy.invalid_values)
        - max(case when accuracy.check_id = 'agrees_with_billing' then negative.faults else 0 end)
            as faults
    from {{ ref('fct_data_accuracy_monthly') }} as accuracy
    cross join negative
    where accuracy.month_start_date = cast({{ dbt.date_trunc('month', as_of_day()) }} as date)
    group by accuracy.check_id, accuracy.field_name
)

select
    coalesce(listed.check_id, counted.check_id) as check_id,
    coalesce(listed.field_name, counted.field_name) as field_name,
    listed.faults as listed_faults,
    counted.faults as counted_faults
from counted
full outer join listed
    on
        counted.check_id = listed.check_id
        and counted.field_name = listed.field_name
where coalesce(listed.faults, 0) <> coalesce(counted.faults, 0)
