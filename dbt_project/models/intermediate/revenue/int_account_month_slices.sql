{%- set slice_types = ['segment', 'region', 'industry', 'csm', 'plan', 'start_cohort'] -%}

with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

{%- for slice_at in ['start', 'end'] %}

-- Runs of a slice cover all months, so each join finds exactly one.
slices_at_{{ slice_at }} as (
    select
        movements.account_id,
        '{{ slice_at }}' as slice_at
        {%- for slice_type in slice_types %},
        {{ slice_type }}_slices.slice_value as {{ slice_type }}
        {%- endfor %},
        movements.month_number
    from account_arr_movements as movements
    {%- for slice_type in slice_types %}
    inner join account_slices as {{ slice_type }}_slices
        on
            movements.account_id = {{ slice_type }}_slices.account_id
            and movements.month_number >= {{ slice_type }}_slices.first_month_number
            and movements.month_number <= {{ slice_type }}_slices.last_month_number
            and {{ slice_type }}_slices.slice_at = '{{ slice_at }}'
            and {{ slice_type }}_slices.slice_type = '{{ slice_type }}'
    {%- endfor %}
),
{%- endfor %}

account_month_slices as (
    select * from slices_at_start
    union all
    select * from slices_at_end
)

select * from account_month_slices
