with

account_arr_monthly as (
    select * from {{ ref('int_account_arr_monthly') }}
),

months as (
    select * from {{ ref('int_months') }}
),

{{ arr_movements_of('account_arr_monthly', ['account_id']) }},

account_arr_movements as (
    select
        arr_movements.account_id,
        arr_movements.movement,
        arr_movements.arr_source,
        arr_movements.spot_rate_status,
        arr_movements.month_number,
        arr_movements.opening_arr,
        {{ movement_columns('arr_movements.arr_change') }},
        arr_movements.closing_arr,
        arr_movements.opening_arr_spot,
        arr_movements.revalued_arr_spot,
        {{ movement_columns('arr_movements.arr_change_spot', '_spot') }},
        arr_movements.fx_arr_spot,
        arr_movements.closing_arr_spot,
        arr_movements.is_late_renewal,
        months.is_month_complete,
        months.month_start_date,
        months.state_date,
        months.opening_date
    from arr_movements
    inner join months
        on arr_movements.month_number = months.month_number
)

select * from account_arr_movements
