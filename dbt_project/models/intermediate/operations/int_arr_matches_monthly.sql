with

movements as (
    select * from {{ ref('fct_arr_movements_monthly') }}
    where
        closing_arr > 0
        and arr_source <> 'crm'
),

required_values as (
    select * from {{ ref('int_required_values_monthly') }}
    where
        field_name = 'arr'
        and verdict <> 'missing'
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

quality_policy as (
    select * from {{ ref('quality_policy_in_force') }}
    where rule_id = 'arr_billing_mismatch'
),

compared as (
    select
        required_values.account_id,
        required_values.segment,
        required_values.region,
        required_values.csm_user_id,
        required_values.source_system,
        required_values.month_start_date,
        required_values.verdict,
        movements.closing_arr,
        {{ at_rate(
            try_to('required_values.field_value', 'decimal(18, 2)'), 'plan_fx_rates.plan_rate'
        ) }} as crm_arr,
        quality_policy.tolerance
    from required_values
    inner join movements
        on
            required_values.account_id = movements.account_id
            and required_values.month_start_date = movements.month_start_date
    inner join crm_accounts
        on required_values.account_id = crm_accounts.account_id
    inner join plan_fx_rates
        on
            coalesce(crm_accounts.currency, '{{ var("reporting_currency") }}')
            = plan_fx_rates.currency
    cross join quality_policy
)

-- A figure below zero is a fault of its own and agrees with nothing.
select
    compared.*,
    verdict = 'valid'
    and abs(crm_arr - closing_arr) <= tolerance * closing_arr as is_match
from compared
