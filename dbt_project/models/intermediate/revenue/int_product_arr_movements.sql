with

product_arr_monthly as (
    select * from {{ ref('int_product_arr_monthly') }}
),

{{ arr_movements_of('product_arr_monthly', ['account_id', 'product_id']) }},

product_arr_movements as (
    select
        account_id,
        product_id,
        movement,
        spot_rate_status,
        month_number,
        opening_arr,
        {{ movement_columns('arr_change') }},
        closing_arr,
        opening_arr_spot,
        {{ movement_columns('arr_change_spot', '_spot') }},
        fx_arr_spot,
        closing_arr_spot
    from arr_movements
)

select * from product_arr_movements
