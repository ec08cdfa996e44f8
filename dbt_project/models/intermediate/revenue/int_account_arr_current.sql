with

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

account_arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

arr_records as (
    select * from {{ ref('int_arr_records') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

-- Known to billing even when it has brought no ARR yet, as in a trial.
billed_accounts as (
    select
        account_id,
        min(arr_source) as arr_source,
        count(*) as records
    from arr_records
    where arr_source <> 'crm'
    group by account_id
),

ledger_spans as (
    select
        account_id,
        min(arr_source) as arr_source,
        min(case when recorded_arr > 0 then valid_from end) as first_arr_date,
        max(case when valid_to is null then arr end) as arr,
        max(case when valid_to is null and arr <= 0 then valid_from end) as arr_lost_date
    from account_arr_intervals
    group by account_id
),

account_arr_current as (
    select
        account_survivors.account_id,
        coalesce(billed_accounts.arr_source, ledger_spans.arr_source) as arr_source,
        cast(
            case when not account_survivors.is_merged then ledger_spans.arr end
            as decimal(18, 2)
        ) as ledger_arr,
        case
            when plan_fx_rates.plan_rate is not null
                then {{ at_rate('crm_accounts.arr', 'plan_fx_rates.plan_rate') }}
        end as crm_arr,
        billed_accounts.account_id is not null as has_billing_record,
        ledger_spans.first_arr_date,
        case
            when ledger_spans.first_arr_date is not null then ledger_spans.arr_lost_date
        end as arr_lost_date
    from account_survivors
    inner join crm_accounts
        on account_survivors.account_id = crm_accounts.account_id
    left join billed_accounts
        on account_survivors.account_id = billed_accounts.account_id
    left join ledger_spans
        on account_survivors.account_id = ledger_spans.account_id
    left join plan_fx_rates
        on
            coalesce(crm_accounts.currency, '{{ var("reporting_currency") }}')
            = plan_fx_rates.currency
),

with_customer_flags as (
    select
        account_arr_current.account_id,
        account_arr_current.arr_source,
        coalesce(account_arr_current.ledger_arr, 0) as arr,
        account_arr_current.crm_arr,
        account_arr_current.has_billing_record,
        coalesce(account_arr_current.ledger_arr, 0) > 0 as is_customer,
        not account_survivors.is_merged
        and (
            coalesce(account_arr_current.ledger_arr, 0) > 0
            or (
                coalesce(crm_accounts.is_customer, false)
                and crm_accounts.churned_at is null
                and coalesce({{ label_key('crm_accounts.lifecycle_stage') }}, '') <> 'churned'
                and not coalesce(crm_accounts.is_deleted, false)
            )
        ) as is_live,
        account_arr_current.first_arr_date,
        account_arr_current.arr_lost_date
    from account_arr_current
    inner join account_survivors
        on account_arr_current.account_id = account_survivors.account_id
    inner join crm_accounts
        on account_arr_current.account_id = crm_accounts.account_id
)

select * from with_customer_flags
