-- Account-months whose seats, price, plan and product don't sum to their expansion or contraction.
select
    account_id,
    month_start_date
from {{ ref('fct_arr_movements_monthly') }}
where seats_arr + price_arr + plan_arr + product_arr <> expansion_arr + contraction_arr
