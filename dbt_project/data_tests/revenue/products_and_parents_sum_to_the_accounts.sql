-- Months whose ARR isn't the same by account, by product and by ultimate parent.
with

sums as (
    {%- for mart in [
        'fct_arr_movements_monthly', 'fct_arr_product_movements_monthly',
        'fct_arr_parent_movements_monthly',
    ] %}
    select
        '{{ mart }}' as mart,
        month_start_date,
        sum(closing_arr) as arr,
        sum(closing_arr_spot) as arr_spot
    from {{ ref(mart) }}
    group by month_start_date
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select month_start_date
from sums
group by month_start_date
having
    min(arr) <> max(arr)
    or min(arr_spot) <> max(arr_spot)
