-- Accounts whose ARR in dim_accounts isn't the closing ARR of the month under way.
with

accounts as (
    select
        account_id,
        arr
    from {{ ref('dim_accounts') }}
),

closings as (
    select
        account_id,
        closing_arr
    from {{ ref('fct_arr_movements_monthly') }}
    where state_date = {{ as_of_day() }}
)

select
    coalesce(accounts.account_id, closings.account_id) as account_id,
    accounts.arr,
    closings.closing_arr
from accounts
full outer join closings
    on accounts.account_id = closings.account_id
where coalesce(accounts.arr, 0) <> coalesce(closings.closing_arr, 0)
