with

product_arr_movements as (
    select * from {{ ref('int_product_arr_movements') }}
),

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

arr_intervals as (
    select * from {{ ref('int_arr_intervals') }}
),

months as (
    select * from {{ ref('int_months') }}
),

late_months as (
    select
        arr_intervals.account_id,
        arr_intervals.product_id,
        months.month_number,
        count(*) as late_records
    from arr_intervals
    inner join months
        on
            arr_intervals.valid_from <= months.state_date
            and arr_intervals.valid_to > months.month_start_date
    where arr_intervals.is_late_renewal
    group by arr_intervals.account_id, arr_intervals.product_id, months.month_number
)

select
    movements.account_id,
    movements.product_id,
    movements.movement,
    coalesce(account_arr_movements.movement, 'none') as account_movement,
    movements.spot_rate_status,
    movements.opening_arr,
    {%- for label in movement_labels() %}
    movements.{{ label }}_arr,
    {%- endfor %}
    movements.closing_arr,
    cast(movements.opening_arr_spot as decimal(18, 2)) as opening_arr_spot,
    {%- for label in movement_labels() %}
    movements.{{ label }}_arr_spot,
    {%- endfor %}
    cast(movements.fx_arr_spot as decimal(18, 2)) as fx_arr_spot,
    movements.closing_arr_spot,
    late_months.account_id is not null as is_late_renewal,
    months.is_month_complete,
    months.month_start_date,
    months.state_date
from product_arr_movements as movements
inner join months
    on movements.month_number = months.month_number
left join account_arr_movements
    on
        movements.account_id = account_arr_movements.account_id
        and movements.month_number = account_arr_movements.month_number
left join late_months
    on
        movements.account_id = late_months.account_id
        and movements.product_id = late_months.product_id
        and movements.month_number = late_months.month_number
