{%- set half = '0.5' -%}

with

csm_ramp_survival as (
    select * from {{ ref('int_csm_ramp_survival') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['ramp_min_csms']) }}
    from capacity_settings
),

medians as (
    select
        month_start_date,
        slice_type,
        slice_value,
        sum(csms) as csms,
        sum(reached_csms) as reached_csms,
        min(case when ramping_rate <= {{ half }} then days end) as median_days,
        min(case when ramping_rate_low <= {{ half }} then days end) as median_days_low,
        min(case when ramping_rate_high <= {{ half }} then days end) as median_days_high
    from csm_ramp_survival
    group by month_start_date, slice_type, slice_value
)

select
    cast(medians.slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(medians.slice_value as {{ dbt.type_string() }}) as slice_value,
    cast(medians.csms as {{ dbt.type_int() }}) as hired_csms,
    cast(medians.reached_csms as {{ dbt.type_int() }}) as reached_csms,
    {%- for column in ['median_days', 'median_days_low', 'median_days_high'] %}
    case
        when medians.csms >= settings.ramp_min_csms
            then cast(medians.{{ column }} as {{ dbt.type_int() }})
    end as {{ column }},
    {%- endfor %}
    medians.csms >= settings.ramp_min_csms as has_enough_csms,
    medians.month_start_date
from medians
cross join settings
