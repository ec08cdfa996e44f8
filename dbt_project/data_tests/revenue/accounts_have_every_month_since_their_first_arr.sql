-- Accounts whose months have a hole or don't reach the month of the as-of day.
with

spans as (
    select
        account_id,
        count(*) as months,
        {{ dbt.datediff(
            'min(month_start_date)', as_of_day(), 'month'
        ) }} + 1 as expected_months
    from {{ ref('fct_arr_movements_monthly') }}
    group by account_id
)

select *
from spans
where months <> expected_months
