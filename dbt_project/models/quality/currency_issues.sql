with

billing_subscriptions as (
    select * from {{ ref('billing_subscriptions') }}
),

billing_customers as (
    select * from {{ ref('billing_customers') }}
),

subscription_items as (
    select * from {{ ref('billing_subscription_items') }}
),

item_arr_intervals as (
    select * from {{ ref('int_subscription_item_arr_intervals') }}
),

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

gate_accounts as (
    select * from {{ ref('gate_accounts') }}
),

plan_fx_rates as (
    select * from {{ ref('int_plan_fx_rates') }}
),

subscriptions_without_rate as (
    select
        'missing_fx_rate' as rule_id,
        billing_subscriptions._source_system as source_system,
        'billing_subscriptions' as contract_table,
        billing_subscriptions.subscription_id as record_id,
        billing_customers.account_id,
        'currency' as field_name,
        'No exchange rate is known for the currency' as fault,
        billing_subscriptions.currency as observed_value,
        billing_subscriptions._source_file as source_file,
        cast(billing_subscriptions.started_at as date) as first_seen_date
    from billing_subscriptions
    left join billing_customers
        on billing_subscriptions.billing_customer_id = billing_customers.billing_customer_id
    left join plan_fx_rates
        on billing_subscriptions.currency = plan_fx_rates.currency
    where plan_fx_rates.plan_rate is null
),

accounts_without_rate as (
    select
        'missing_fx_rate' as rule_id,
        crm_accounts._source_system as source_system,
        'crm_accounts' as contract_table,
        crm_accounts.account_id as record_id,
        crm_accounts.account_id,
        'currency' as field_name,
        'No exchange rate is known for the currency' as fault,
        crm_accounts.currency as observed_value,
        crm_accounts._source_file as source_file,
        cast(crm_accounts.created_at as date) as first_seen_date
    from gate_accounts
    inner join crm_accounts
        on gate_accounts.account_id = crm_accounts.account_id
    left join plan_fx_rates
        on crm_accounts.currency = plan_fx_rates.currency
    where
        crm_accounts.currency is not null
        and plan_fx_rates.plan_rate is null
),

items_without_interval as (
    select
        'missing_required_value' as rule_id,
        subscription_items._source_system as source_system,
        'billing_subscription_items' as contract_table,
        subscription_items.subscription_item_id || '|'
        || cast(subscription_items.valid_from as {{ dbt.type_string() }}) as record_id,
        item_arr_intervals.account_id,
        'billing_interval' as field_name,
        'The billing interval is not in the reference list, so its ARR is unknown' as fault,
        subscription_items.billing_interval as observed_value,
        subscription_items._source_file as source_file,
        item_arr_intervals.valid_from as first_seen_date
    from item_arr_intervals
    inner join subscription_items
        on
            item_arr_intervals.subscription_item_id = subscription_items.subscription_item_id
            and item_arr_intervals.valid_from = cast(subscription_items.valid_from as date)
    where not item_arr_intervals.has_known_billing_interval
),

currency_issues as (
    select * from subscriptions_without_rate
    union all
    select * from accounts_without_rate
    union all
    select * from items_without_interval
)

select * from currency_issues
