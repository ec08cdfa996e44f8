with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

product_arr_movements as (
    select * from {{ ref('fct_arr_product_movements_monthly') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

months as (
    select * from {{ ref('int_months') }}
),

-- A month stands in twelve chains, those whose slice was taken 1 to 12 months before it. It is
-- added up by stretch of such months first, because an account's slice rarely changes within them.
stretches as (
    select
        account_slices.slice_type,
        account_slices.slice_value,
        movements.month_number,
        greatest(account_slices.first_month_number, movements.month_number - 12)
            as first_slice_month,
        least(account_slices.last_month_number, movements.month_number - 1) as last_slice_month,
        sum(movements.opening_arr) as opening_arr,
        sum(movements.closing_arr) as closing_arr,
        sum(least(movements.opening_arr, movements.closing_arr)) as kept_arr
    from account_arr_movements as movements
    inner join account_slices
        on
            movements.account_id = account_slices.account_id
            and account_slices.slice_at = 'start'
            and movements.month_number - 12 <= account_slices.last_month_number
            and movements.month_number - 1 >= account_slices.first_month_number
    where movements.opening_arr > 0
    group by
        account_slices.slice_type,
        account_slices.slice_value,
        movements.month_number,
        greatest(account_slices.first_month_number, movements.month_number - 12),
        least(account_slices.last_month_number, movements.month_number - 1)
    union all
    select
        'product' as slice_type,
        product_arr_movements.product_id as slice_value,
        months.month_number,
        months.month_number - 12 as first_slice_month,
        months.month_number - 1 as last_slice_month,
        sum(product_arr_movements.opening_arr) as opening_arr,
        sum(product_arr_movements.closing_arr) as closing_arr,
        sum(least(product_arr_movements.opening_arr, product_arr_movements.closing_arr))
            as kept_arr
    from product_arr_movements
    inner join months
        on product_arr_movements.month_start_date = months.month_start_date
    where product_arr_movements.opening_arr > 0
    group by product_arr_movements.product_id, months.month_number
),

links as (
    select
        stretches.slice_type,
        stretches.slice_value,
        months.month_number,
        stretches.month_number - months.month_number + 12 as link_number,
        {{ ratio('sum(stretches.closing_arr)', 'sum(stretches.opening_arr)') }} as nrr,
        {{ ratio('sum(stretches.kept_arr)', 'sum(stretches.opening_arr)') }} as grr
    from stretches
    inner join months
        on
            stretches.first_slice_month <= months.month_number - 12
            and stretches.last_slice_month >= months.month_number - 12
    group by
        stretches.slice_type,
        stretches.slice_value,
        months.month_number,
        stretches.month_number - months.month_number + 12
),

-- A month that opens with nothing has no link, and a chain that lacks one is null.
chains as (
    select
        {%- for rate in ['nrr', 'grr'] %}
        1
        {%- for link in range(1, 13) %}
        * max(case when link_number = {{ link }} then {{ rate }} end)
        {%- endfor %} as {{ rate }}_chained,
        {%- endfor %}
        slice_type,
        slice_value,
        month_number
    from links
    group by slice_type, slice_value, month_number
)

select * from chains
