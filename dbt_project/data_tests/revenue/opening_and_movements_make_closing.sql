-- Account-months whose movements don't lead from opening to closing, or whose opening isn't the closing before.
with

movements as (
    select
        account_id,
        month_start_date,
        opening_arr_usd,
        closing_arr_usd,
        new_arr_usd + expansion_arr_usd + contraction_arr_usd + churn_arr_usd
        + reactivation_arr_usd as moved_arr_usd,
        coalesce(
            lag(closing_arr_usd) over (partition by account_id order by month_start_date asc), 0
        ) as closing_before_arr_usd
    from {{ ref('fct_arr_movements_monthly') }}
)

select *
from movements
where
    opening_arr_usd + moved_arr_usd <> closing_arr_usd
    or opening_arr_usd <> closing_before_arr_usd
