with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

product_arr_movements as (
    select * from {{ ref('int_product_arr_movements') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

flows as (
    select
        account_slices.slice_type,
        account_slices.slice_value,
        movements.month_number
        {%- for label in movement_labels() %},
        movements.{{ label }}_arr
        {%- endfor %}
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
        product_id as slice_value,
        month_number
        {%- for label in movement_labels() %},
        {{ label }}_arr
        {%- endfor %}
    from product_arr_movements
    where movement <> 'none'
),

retention_flows as (
    select
        slice_type,
        slice_value,
        month_number
        {%- for label in movement_labels() %},
        sum({{ label }}_arr) as {{ label }}_arr
        {%- endfor %}
    from flows
    group by slice_type, slice_value, month_number
)

select * from retention_flows
