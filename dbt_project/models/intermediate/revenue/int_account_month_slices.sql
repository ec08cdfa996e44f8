{%- set slice_types = ['segment', 'region', 'industry', 'csm', 'plan', 'start_cohort'] -%}

with

account_arr_movements as (
    select * from {{ ref('int_account_arr_movements') }}
),

account_slices as (
    select * from {{ ref('int_account_slices') }}
),

moments as (
    select 'start' as slice_at
    union all
    select 'end' as slice_at
),

-- Runs of a slice cover all months, so each join finds exactly one.
account_month_slices as (
    select
        movements.account_id,
        moments.slice_at,
        {%- for slice_type in slice_types %}
        {{ slice_type }}_slices.slice_value as {{ slice_type }},
        {%- endfor %}
        movements.month_number
    from account_arr_movements as movements
    cross join moments
    {%- for slice_type in slice_types %}
    inner join account_slices as {{ slice_type }}_slices
        on
            movements.account_id = {{ slice_type }}_slices.account_id
            and moments.slice_at = {{ slice_type }}_slices.slice_at
            and movements.month_number >= {{ slice_type }}_slices.first_month_number
            and movements.month_number <= {{ slice_type }}_slices.last_month_number
            and {{ slice_type }}_slices.slice_type = '{{ slice_type }}'
    {%- endfor %}
)

select * from account_month_slices
