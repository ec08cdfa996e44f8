{%- set grains = [
    ('account', 'account_arr_movements', ['account_id']),
    ('product', 'product_arr_movements', ['account_id', 'product_id']),
] -%}
{%- set moved = ['expansion', 'contraction', 'churn'] -%}

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

-- Months have no holes, so twelve rows back is twelve months back.
{% for grain, movements, keys in grains %}
{{ grain }}_years as (
    select
        {{ keys | join(', ') }},
        {%- for label in moved %}
        sum(
            case when movement = '{{ label }}' then closing_arr - opening_arr else 0 end
        ) over (
            partition by {{ keys | join(', ') }}
            order by month_start_date asc
            rows between 11 preceding and current row
        ) as {{ label }}_arr,
        {%- endfor %}
        lag(closing_arr, 12) over (
            partition by {{ keys | join(', ') }} order by month_start_date asc
        ) as start_arr,
        closing_arr as end_arr,
        month_start_date
    from {{ movements }}
),

{% endfor %}
cohort_members as (
    select
        account_slices.slice_type,
        account_slices.slice_value,
        months.month_number,
        account_years.start_arr,
        account_years.end_arr,
        account_years.expansion_arr,
        account_years.contraction_arr,
        account_years.churn_arr
    from account_years
    inner join months
        on account_years.month_start_date = months.month_start_date
    inner join account_slices
        on
            account_years.account_id = account_slices.account_id
            and account_slices.slice_at = 'start'
            and months.month_number - 12 >= account_slices.first_month_number
            and months.month_number - 12 <= account_slices.last_month_number
    where account_years.start_arr > 0
    union all
    select
        'product' as slice_type,
        product_years.product_id as slice_value,
        months.month_number,
        product_years.start_arr,
        product_years.end_arr,
        product_years.expansion_arr,
        product_years.contraction_arr,
        product_years.churn_arr
    from product_years
    inner join months
        on product_years.month_start_date = months.month_start_date
    where product_years.start_arr > 0
),

-- Whoever had ARR at the start can't be new: what the three don't explain was reactivation.
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
        {%- endfor %},
        sum(end_arr - start_arr - expansion_arr - contraction_arr - churn_arr) as reactivation_arr
    from cohort_members
    group by slice_type, slice_value, month_number
)

select * from point_to_point
