{%- set open_end = "cast('9999-12-31' as date)" -%}

with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

account_field_spans as (
    select * from {{ ref('int_account_field_spans') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

customer_starts as (
    select
        account_id,
        coalesce(
            cast(became_customer_at as date), contract_start_date, cast(created_at as date)
        ) as customer_from
    from crm_accounts
),

-- The CRM's figure counts while the CRM says that the account is a customer.
customer_periods as (
    select
        crm_accounts.account_id,
        account_survivors.surviving_account_id,
        coalesce(crm_accounts.currency, '{{ var("reporting_currency") }}') as currency,
        customer_starts.customer_from,
        least(
            case
                when
                    coalesce(crm_accounts.is_customer, false)
                    and cast(crm_accounts.churned_at as date) <= customer_starts.customer_from
                    then {{ open_end }}
                else coalesce(cast(crm_accounts.churned_at as date), {{ open_end }})
            end,
            case
                when coalesce(crm_accounts.is_deleted, false)
                    then cast(crm_accounts.updated_at as date)
                else {{ open_end }}
            end
        ) as customer_to
    from crm_accounts
    inner join customer_starts
        on crm_accounts.account_id = customer_starts.account_id
    inner join account_survivors
        on crm_accounts.account_id = account_survivors.account_id
    where
        coalesce(crm_accounts.is_customer, crm_accounts.became_customer_at is not null)
        or crm_accounts.churned_at is not null
),

arr_values as (
    select
        account_id,
        {{ try_to('field_value', 'decimal(18,2)') }} as arr_local,
        valid_from,
        valid_to
    from account_field_spans
    where field_name = 'arr'
),

clipped as (
    select
        customer_periods.surviving_account_id as account_id,
        customer_periods.account_id as crm_account_id,
        customer_periods.currency,
        plan_fx_rates.plan_rate,
        arr_values.arr_local,
        greatest(arr_values.valid_from, customer_periods.customer_from) as start_date,
        least(arr_values.valid_to, customer_periods.customer_to) as end_date
    from customer_periods
    inner join arr_values
        on customer_periods.account_id = arr_values.account_id
    left join plan_fx_rates
        on customer_periods.currency = plan_fx_rates.currency
    where
        arr_values.arr_local is not null
        and customer_periods.customer_from is not null
),

crm_arr_intervals as (
    select
        account_id,
        crm_account_id,
        currency,
        arr_local,
        plan_rate,
        {{ at_rate('arr_local', 'plan_rate') }} as arr,
        start_date as valid_from,
        nullif(end_date, {{ open_end }}) as valid_to
    from clipped
    where start_date < end_date
)

select * from crm_arr_intervals
