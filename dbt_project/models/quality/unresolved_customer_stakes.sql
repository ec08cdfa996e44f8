with

item_arr_intervals as (
    select * from {{ ref('int_subscription_item_arr_intervals') }}
),

unresolved_customer_stakes as (
    select
        billing_customer_id,
        cast(sum(arr) as decimal(18, 2)) as arr_at_stake
    from item_arr_intervals
    where
        account_id is null
        and billing_customer_id is not null
        and valid_from <= {{ as_of_day() }}
        and (valid_to > {{ as_of_day() }} or valid_to is null)
    group by billing_customer_id
)

select * from unresolved_customer_stakes
