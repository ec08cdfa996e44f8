{%- set slices = {
    'company': "'company'",
    'system': 'source_system',
    'segment': 'segment',
    'owner': 'owner_user_id',
    'csm': 'csm_user_id',
} -%}

with

required_values as (
    select * from {{ ref('int_required_values_weekly') }}
),

sliced_values as (
    {%- for slice_type, column in slices.items() %}
    select
        required_values.*,
        '{{ slice_type }}' as slice_type,
        coalesce({{ column }}, '(none)') as slice_value
    from required_values
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

counted as (
    select
        field_name,
        slice_type,
        slice_value,
        week_end_date,
        measured_date,
        is_week_complete,
        count(*) as required_values,
        sum(case when is_present then 1 else 0 end) as present_values,
        sum(case when is_valid then 1 else 0 end) as valid_values,
        sum(arr) as required_arr,
        sum(case when is_valid then 0 else arr end) as arr_at_stake
    from sliced_values
    group by
        field_name, slice_type, slice_value, week_end_date, measured_date, is_week_complete
)

select
    cast(field_name as {{ dbt.type_string() }}) as field_name,
    cast(slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    cast(required_values as {{ dbt.type_int() }}) as required_values,
    cast(present_values as {{ dbt.type_int() }}) as present_values,
    cast(valid_values as {{ dbt.type_int() }}) as valid_values,
    cast(required_arr as decimal(18, 2)) as required_arr,
    cast(arr_at_stake as decimal(18, 2)) as arr_at_stake,
    {{ ratio('valid_values', 'required_values') }} as data_accuracy_rate,
    is_week_complete,
    measured_date,
    week_end_date
from counted
