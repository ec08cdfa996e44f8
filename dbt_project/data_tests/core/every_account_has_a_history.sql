-- Accounts without exactly one current interval.
with

current_intervals as (
    select
        account_id,
        sum(case when is_current then 1 else 0 end) as intervals
    from {{ ref('fct_account_history') }}
    group by account_id
)

select accounts.account_id
from {{ ref('dim_accounts') }} as accounts
left join current_intervals
    on accounts.account_id = current_intervals.account_id
where coalesce(current_intervals.intervals, 0) <> 1
