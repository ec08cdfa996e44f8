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

flows as (
    select
        account_slices.slice_type,
        account_slices.slice_value,
        movements.month_number,
        movements.movement,
        movements.arr_change
    from account_arr_movements as movements
    inner join account_slices
        on
            movements.account_id = account_slices.account_id
            and account_slices.slice_at = 'end'
            and movements.month_number >= account_slices.first_month_number
            and movements.month_number <= account_slices.last_month_number
    where movements.movement <> 'none'
    union all
    select
        'product' as slice_type,
        product_arr_movements.product_id as slice_value,
        months.month_number,
        product_arr_movements.movement,
        product_arr_movements.closing_arr - product_arr_movements.opening_arr as arr_change
    from product_arr_movements
    inner join months
        on product_arr_movements.month_start_date = months.month_start_date
    where product_arr_movements.movement <> 'none'
),

retention_flows as (
    select
        slice_type,
        slice_value,
        {%- for label in movement_labels() %}
        sum(case when movement = '{{ label }}' then arr_change else 0 end) as {{ label }}_arr,
        {%- endfor %}
        month_number
    from flows
    group by slice_type, slice_value, month_number
)

select * from retention_flows
