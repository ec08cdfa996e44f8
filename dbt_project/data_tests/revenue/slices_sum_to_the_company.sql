-- Months and kinds of slices whose sums aren't those of the company. An account counts once in each
-- of its products, so of products only what doesn't depend on counting adds up.
{%- set by_account = [
    'cohort_logos', 'retained_logos', 'end_arr', 'retained_arr', 'nrr_movement_numerator',
    'nrr_movement_reactivation_numerator', 'grr_movement_numerator', 'quick_ratio_numerator',
    'quick_ratio_denominator',
] %}

with

sums as (
    select
        month_start_date,
        {%- for column in ['start_arr', 'net_new_arr'] + by_account %}
        sum({{ column }}) as {{ column }},
        {%- endfor %}
        slice_type
    from {{ ref('rpt_retention_monthly') }}
    group by month_start_date, slice_type
)

select
    slices.month_start_date,
    slices.slice_type
from sums as slices
inner join sums as company
    on
        slices.month_start_date = company.month_start_date
        and company.slice_type = 'company'
where
    slices.start_arr <> company.start_arr
    or slices.net_new_arr <> company.net_new_arr
    {%- for column in by_account %}
    or (slices.slice_type <> 'product' and slices.{{ column }} <> company.{{ column }})
    {%- endfor %}
