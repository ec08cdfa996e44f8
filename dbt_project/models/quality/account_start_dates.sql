with

crm_accounts as (
    select * from {{ ref('crm_accounts') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

item_intervals as (
    select * from {{ ref('int_subscription_item_intervals') }}
),

first_subscriptions as (
    select
        account_id,
        min(valid_from) as first_subscription_date
    from item_intervals
    where account_id is not null
    group by account_id
),

first_signs as (
    select
        account_survivors.surviving_account_id,
        min(cast(crm_accounts.became_customer_at as date)) as became_customer_date,
        min(crm_accounts.contract_start_date) as contract_start_date,
        min(cast(crm_accounts.created_at as date)) as created_date
    from crm_accounts
    inner join account_survivors
        on crm_accounts.account_id = account_survivors.account_id
    group by account_survivors.surviving_account_id
),

-- The first day on which the account, or any that was merged into it, had a subscription or a contract.
account_starts as (
    select
        account_survivors.account_id,
        coalesce(
            least(
                coalesce(
                    first_subscriptions.first_subscription_date,
                    first_signs.became_customer_date,
                    first_signs.contract_start_date
                ),
                coalesce(
                    first_signs.became_customer_date,
                    first_signs.contract_start_date,
                    first_subscriptions.first_subscription_date
                )
            ),
            first_signs.created_date
        ) as start_date
    from account_survivors
    inner join first_signs
        on account_survivors.surviving_account_id = first_signs.surviving_account_id
    left join first_subscriptions
        on account_survivors.surviving_account_id = first_subscriptions.account_id
)

select * from account_starts
