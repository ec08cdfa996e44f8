with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

movement_parts as (
    select * from {{ ref('int_arr_movement_parts') }}
),

churn_reasons as (
    select * from {{ ref('int_churn_reasons') }}
),

ultimate_parents as (
    select * from {{ ref('int_ultimate_parents_monthly') }}
),

account_month_slices as (
    select * from {{ ref('int_account_month_slices') }}
)

select
    movements.account_id,
    coalesce(ultimate_parents.ultimate_parent_account_id, movements.account_id)
        as ultimate_parent_account_id,
    slices.segment,
    slices.region,
    slices.industry,
    slices.csm as csm_user_id,
    slices.plan as plan_name,
    slices.start_cohort,
    movements.movement,
    churn_reasons.churn_reason,
    movements.arr_source,
    movements.spot_rate_status,
    movements.opening_arr,
    {%- for label in movement_labels() %}
    movements.{{ label }}_arr,
    {%- endfor %}
    movements.closing_arr,
    {%- for part in ['seats', 'price', 'plan', 'product'] %}
    cast(coalesce(movement_parts.{{ part }}_arr, 0) as decimal(18, 2)) as {{ part }}_arr,
    {%- endfor %}
    cast(movements.opening_arr_spot as decimal(18, 2)) as opening_arr_spot,
    {%- for label in movement_labels() %}
    movements.{{ label }}_arr_spot,
    {%- endfor %}
    cast(movements.fx_arr_spot as decimal(18, 2)) as fx_arr_spot,
    movements.closing_arr_spot,
    movements.is_late_renewal,
    movements.is_month_complete,
    movements.month_start_date,
    movements.state_date
from account_arr_movements as movements
left join movement_parts
    on
        movements.account_id = movement_parts.account_id
        and movements.month_number = movement_parts.month_number
left join churn_reasons
    on
        movements.account_id = churn_reasons.account_id
        and movements.month_number = churn_reasons.month_number
left join ultimate_parents
    on
        movements.account_id = ultimate_parents.account_id
        and movements.month_number = ultimate_parents.month_number
left join account_month_slices as slices
    on
        movements.account_id = slices.account_id
        and movements.month_number = slices.month_number
        and slices.slice_at = 'end'
