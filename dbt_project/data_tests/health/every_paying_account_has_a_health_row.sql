-- Accounts that pay on the as-of day by the ledger and have no row of health. The other way round
-- there may be some: an account whose currency has no rate pays, but has no ARR in the ledger.
with

arr_intervals as (
    select * from {{ ref('int_account_arr_intervals') }}
),

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
)

select arr_intervals.account_id
from arr_intervals
left join account_health_daily
    on
        arr_intervals.account_id = account_health_daily.account_id
        and account_health_daily.date_day = {{ as_of_day() }}
where
    arr_intervals.recorded_arr > 0
    and arr_intervals.valid_from <= {{ as_of_day() }}
    and coalesce(arr_intervals.valid_to > {{ as_of_day() }}, true)
    and account_health_daily.account_id is null
