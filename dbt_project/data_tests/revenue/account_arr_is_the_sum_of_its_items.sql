-- Accounts whose recorded ARR on the as-of day isn't the sum of what they have in billing that day.
with

item_sums as (
    select
        account_id,
        sum(arr) as items_arr
    from {{ ref('int_subscription_item_arr_intervals') }}
    where
        account_id is not null
        and valid_from <= {{ as_of_day() }}
        and (valid_to > {{ as_of_day() }} or valid_to is null)
    group by account_id
),

accounts as (
    select
        account_id,
        arr
    from {{ ref('int_account_arr_current') }}
    where arr_source = 'billing'
)

select
    coalesce(accounts.account_id, item_sums.account_id) as account_id,
    accounts.arr,
    item_sums.items_arr
from accounts
full outer join item_sums
    on accounts.account_id = item_sums.account_id
where coalesce(accounts.arr, 0) <> coalesce(item_sums.items_arr, 0)
