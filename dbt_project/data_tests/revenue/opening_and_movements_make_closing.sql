-- Months of an account, product or parent whose movements don't lead from opening to closing, at
-- the plan rate or at spot rates, or whose opening isn't the closing before.
with

{% for mart, unit, transfer in [
    ('fct_arr_movements_monthly', 'account_id', '0'),
    ('fct_arr_product_movements_monthly', "account_id || '|' || product_id", '0'),
    ('fct_arr_parent_movements_monthly', 'ultimate_parent_account_id', 'transfer_arr'),
] %}
{{ mart }} as (
    select
        '{{ mart }}' as mart,
        {{ unit }} as unit,
        month_start_date,
        opening_arr,
        opening_arr_spot,
        {{ transfer }} as transfer_arr,
        {{ transfer }}{{ '_spot' if transfer != '0' }} as transfer_arr_spot,
        new_arr + expansion_arr + contraction_arr + churn_arr + reactivation_arr as moved_arr,
        new_arr_spot + expansion_arr_spot + contraction_arr_spot + churn_arr_spot
        + reactivation_arr_spot + fx_arr_spot as moved_arr_spot,
        closing_arr,
        closing_arr_spot
    from {{ ref(mart) }}
),

{% endfor %}
every_month as (
    select * from fct_arr_movements_monthly
    union all
    select * from fct_arr_product_movements_monthly
    union all
    select * from fct_arr_parent_movements_monthly
),

with_closing_before as (
    select
        every_month.*,
        lag(closing_arr, 1, cast(0 as decimal(18, 2))) over (
            partition by mart, unit order by month_start_date asc
        ) as closing_before_arr,
        lag(closing_arr_spot, 1, cast(0 as decimal(18, 2))) over (
            partition by mart, unit order by month_start_date asc
        ) as closing_before_arr_spot
    from every_month
)

select *
from with_closing_before
where
    opening_arr + transfer_arr + moved_arr <> closing_arr
    or opening_arr <> closing_before_arr
    or opening_arr_spot + transfer_arr_spot + moved_arr_spot <> closing_arr_spot
    or opening_arr_spot <> closing_before_arr_spot
