with

csm_ramp_ages as (
    select * from {{ ref('int_csm_ramp_ages') }}
),

capacity_settings as (
    select * from {{ ref('capacity_settings') }}
),

settings as (
    select {{ chosen_settings(['confidence_z']) }}
    from capacity_settings
),

ages as (
    select
        csm_ramp_ages.*,
        settings.confidence_z
    from csm_ramp_ages
    cross join settings
),

{{ survival_curve(
    'ages', ['month_start_date', 'slice_type', 'slice_value'], 'days', 'csms_at_risk',
    'reached_csms'
) }}

select
    slice_type,
    slice_value,
    cast(days as {{ dbt.type_int() }}) as days,
    cast(csms as {{ dbt.type_int() }}) as csms,
    cast(reached_csms as {{ dbt.type_int() }}) as reached_csms,
    survival_rate as ramping_rate,
    survival_rate_low as ramping_rate_low,
    survival_rate_high as ramping_rate_high,
    month_start_date
from survival_curve
