with

item_arr_intervals as (
    select * from {{ ref('int_subscription_item_arr_intervals') }}
),

crm_arr_intervals as (
    select * from {{ ref('int_crm_arr_intervals') }}
),

billed_accounts as (
    select account_id
    from item_arr_intervals
    where
        account_id is not null
        and valid_from <= {{ as_of_day() }}
    group by account_id
),

-- Billing is the ledger; the CRM's figure stands in only where billing knows nothing.
intervals as (
    select
        account_id,
        'billing' as arr_source,
        arr_usd,
        valid_from,
        valid_to
    from item_arr_intervals
    where account_id is not null
    union all
    select
        crm_arr_intervals.account_id,
        'crm' as arr_source,
        crm_arr_intervals.arr_usd,
        crm_arr_intervals.valid_from,
        crm_arr_intervals.valid_to
    from crm_arr_intervals
    left join billed_accounts
        on crm_arr_intervals.account_id = billed_accounts.account_id
    where billed_accounts.account_id is null
),

starts_and_ends as (
    select
        account_id,
        arr_source,
        valid_from as change_date,
        arr_usd as arr_change_usd
    from intervals
    where arr_usd <> 0
    union all
    select
        account_id,
        arr_source,
        valid_to as change_date,
        -arr_usd as arr_change_usd
    from intervals
    where
        arr_usd <> 0
        and valid_to is not null
),

account_arr_changes as (
    select
        account_id,
        max(arr_source) as arr_source,
        cast(sum(arr_change_usd) as decimal(18, 2)) as arr_change_usd,
        change_date
    from starts_and_ends
    where change_date <= {{ as_of_day() }}
    group by account_id, change_date
)

select * from account_arr_changes
where arr_change_usd <> 0
