{%- set grains = [
    ('account', 'account_arr_movements', ['account_id']),
    ('product', 'product_arr_movements', ['account_id', 'product_id']),
] -%}
{%- set moved = ['expansion', 'contraction', 'churn', 'reactivation'] -%}

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

-- Months have no holes, so twelve rows back is twelve months back.
{% for grain, movements, keys in grains %}
{{ grain }}_years as (
    select
        {{ keys | join(', ') }},
        month_number,
        closing_arr as end_arr,
        lag(closing_arr, 12) over (
            partition by {{ keys | join(', ') }} order by month_number asc
        ) as start_arr
        {%- for label in moved %},
        sum({{ label }}_arr) over (
            partition by {{ keys | join(', ') }}
            order by month_number asc
            rows between 11 preceding and current row
        ) as {{ label }}_arr
        {%- endfor %}
    from {{ movements }}
),

{% endfor %}
cohort_members as (
    select
        account_slices.slice_type,
        account_slices.slice_value,
        account_years.month_number,
        account_years.start_arr,
        account_years.end_arr,
        {% for label in moved %}account_years.{{ label }}_arr{{ ', ' if not loop.last }}{% endfor %}
    from account_years
    inner join account_slices
        on
            account_years.account_id = account_slices.account_id
            and account_slices.slice_at = 'start'
            and account_years.month_number - 12 >= account_slices.first_month_number
            and account_years.month_number - 12 <= account_slices.last_month_number
    where account_years.start_arr > 0
    union all
    select
        'product' as slice_type,
        product_id as slice_value,
        month_number,
        start_arr,
        end_arr,
        {% for label in moved %}{{ label }}_arr{{ ', ' if not loop.last }}{% endfor %}
    from product_years
    where start_arr > 0
),

point_to_point as (
    select
        slice_type,
        slice_value,
        month_number,
        count(*) as cohort_logos,
        sum(case when end_arr > 0 then 1 else 0 end) as retained_logos,
        sum(start_arr) as start_arr,
        sum(end_arr) as end_arr,
        sum(least(start_arr, end_arr)) as retained_arr
        {%- for label in moved %},
        sum({{ label }}_arr) as {{ label }}_arr
        {%- endfor %}
    from cohort_members
    group by slice_type, slice_value, month_number
)

select * from point_to_point
