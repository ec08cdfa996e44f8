with

account_arr_monthly as (
    select * from {{ ref('int_account_arr_monthly') }}
),

with_opening as (
    select
        account_arr_monthly.*,
        coalesce(
            lag(closing_arr) over (partition by account_id order by month_start_date asc), 0
        ) as opening_arr,
        coalesce(
            max(closing_arr) over (
                partition by account_id
                order by month_start_date asc
                rows between unbounded preceding and 1 preceding
            ), 0
        ) > 0 as had_arr_before
    from account_arr_monthly
),

-- The order of the cases is the order of the definition; every label can be reached.
labelled as (
    select
        with_opening.*,
        closing_arr - opening_arr as arr_change,
        case
            when closing_arr = opening_arr then 'none'
            when opening_arr <= 0 and closing_arr > 0 and not had_arr_before then 'new'
            when opening_arr <= 0 and closing_arr > 0 then 'reactivation'
            when opening_arr > 0 and closing_arr <= 0 then 'churn'
            when closing_arr > opening_arr then 'expansion'
            else 'contraction'
        end as movement
    from with_opening
)

select
    account_id,
    movement,
    arr_source,
    cast(opening_arr as decimal(18, 2)) as opening_arr,
    {%- for movement in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] %}
    cast(
        case when movement = '{{ movement }}' then arr_change else 0 end as decimal(18, 2)
    ) as {{ movement }}_arr,
    {%- endfor %}
    cast(closing_arr as decimal(18, 2)) as closing_arr,
    is_late_renewal,
    is_month_complete,
    month_start_date,
    state_date
from labelled
