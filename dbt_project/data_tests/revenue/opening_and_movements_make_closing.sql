-- Account-months whose movements don't lead from opening to closing, or whose opening isn't the closing before.
with

movements as (
    select
        account_id,
        month_start_date,
        opening_arr,
        closing_arr,
        new_arr + expansion_arr + contraction_arr + churn_arr
        + reactivation_arr as moved_arr,
        coalesce(
            lag(closing_arr) over (partition by account_id order by month_start_date asc), 0
        ) as closing_before_arr
    from {{ ref('fct_arr_movements_monthly') }}
)

select *
from movements
where
    opening_arr + moved_arr <> closing_arr
    or opening_arr <> closing_before_arr
