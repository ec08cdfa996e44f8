with

parent_arr_movements as (
    select * from {{ ref('int_parent_arr_movements') }}
)

select
    ultimate_parent_account_id,
    movement,
    cast(active_accounts as {{ dbt.type_int() }}) as active_accounts,
    opening_arr,
    cast(transfer_arr as decimal(18, 2)) as transfer_arr,
    {{ movement_columns('arr_change') }},
    closing_arr,
    opening_arr_spot,
    cast(transfer_arr_spot as decimal(18, 2)) as transfer_arr_spot,
    {{ movement_columns('arr_change_spot', '_spot') }},
    cast(fx_arr_spot as decimal(18, 2)) as fx_arr_spot,
    closing_arr_spot,
    is_month_complete,
    month_start_date,
    state_date
from parent_arr_movements
