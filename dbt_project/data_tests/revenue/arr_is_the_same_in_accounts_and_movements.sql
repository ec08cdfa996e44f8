-- Accounts whose ARR in dim_accounts isn't the closing ARR of the month under way.
with

accounts as (
    select
        account_id,
        arr_usd
    from {{ ref('dim_accounts') }}
),

closings as (
    select
        account_id,
        closing_arr_usd
    from {{ ref('fct_arr_movements_monthly') }}
    where state_date = {{ as_of_day() }}
)

select
    coalesce(accounts.account_id, closings.account_id) as account_id,
    accounts.arr_usd,
    closings.closing_arr_usd
from accounts
full outer join closings
    on accounts.account_id = closings.account_id
where coalesce(accounts.arr_usd, 0) <> coalesce(closings.closing_arr_usd, 0)
