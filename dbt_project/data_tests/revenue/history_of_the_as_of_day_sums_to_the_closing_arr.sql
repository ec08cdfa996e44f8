-- Accounts whose records in fct_arr_history don't sum to their closing ARR of the month under way.
with

history as (
    select
        account_id,
        sum(arr) as arr
    from {{ ref('fct_arr_history') }}
    where
        valid_from <= {{ as_of_day() }}
        and coalesce(valid_to > {{ as_of_day() }}, true)
    group by account_id
),

closings as (
    select
        account_id,
        closing_arr
    from {{ ref('fct_arr_movements_monthly') }}
    where state_date = {{ as_of_day() }}
)

select
    coalesce(closings.account_id, history.account_id) as account_id,
    closings.closing_arr,
    history.arr
from closings
full outer join history
    on closings.account_id = history.account_id
where coalesce(closings.closing_arr, 0) <> coalesce(history.arr, 0)
