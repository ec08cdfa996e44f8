{%- set moved = ['expansion', 'contraction', 'churn'] -%}

with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

account_month_slices as (
    select * from {{ ref('int_account_month_slices') }}
),

-- Months have no holes, so twelve rows back is twelve months back.
years as (
    select
        account_id,
        month_number,
        is_month_complete,
        month_start_date,
        closing_arr as end_arr,
        {%- for label in moved %}
        sum(
            case when movement = '{{ label }}' then closing_arr - opening_arr else 0 end
        ) over (
            partition by account_id
            order by month_number asc
            rows between 11 preceding and current row
        ) as {{ label }}_arr,
        {%- endfor %}
        lag(closing_arr, 12) over (
            partition by account_id order by month_number asc
        ) as start_arr
    from account_arr_movements
)

select
    years.account_id,
    slices.segment,
    slices.region,
    slices.industry,
    slices.csm as csm_user_id,
    slices.plan as plan_name,
    slices.start_cohort,
    cast(years.start_arr as decimal(18, 2)) as start_arr,
    cast(years.end_arr as decimal(18, 2)) as end_arr,
    cast(least(years.start_arr, years.end_arr) as decimal(18, 2)) as retained_arr,
    {%- for label in moved %}
    cast(years.{{ label }}_arr as decimal(18, 2)) as {{ label }}_arr,
    {%- endfor %}
    -- Whoever had ARR at the start can't be new: what the three don't explain was reactivation.
    cast(
        years.end_arr - years.start_arr
        - years.expansion_arr - years.contraction_arr - years.churn_arr as decimal(18, 2)
    ) as reactivation_arr,
    years.end_arr > 0 as is_retained,
    years.is_month_complete,
    years.month_start_date
from years
inner join account_month_slices as slices
    on
        years.account_id = slices.account_id
        and years.month_number - 12 = slices.month_number
        and slices.slice_at = 'start'
where years.start_arr > 0
