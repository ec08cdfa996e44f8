{%- set forecasters = [
    'expected', 'last_year', 'last_year_on_open', 'crm_commit', 'crm_best_case', 'crm_pipeline',
] -%}
{%- set grace = var('late_renewal_grace_days') | int -%}

with

cases as (
    select * from {{ ref('int_renewal_forecast_cases') }}
),

settings as (
    {{ renewal_settings_row(['band_z']) }}
),

forecast_parts as (
    {%- for forecaster in forecasters %}
    select
        cases.*,
        '{{ forecaster }}' as forecaster,
        cases.{{ forecaster }}_arr as forecast_arr
    from cases
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

sliced as (
    {%- for slice_type, column in [
        ('company', "'company'"), ('segment', 'segment'), ('region', 'region'),
        ('csm', 'csm_user_id'),
    ] %}
    select
        forecast_parts.*,
        '{{ slice_type }}' as slice_type,
        coalesce({{ column }}, '(none)') as slice_value
    from forecast_parts
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- From the forecast to what was kept: each term's forecast goes, stays, or turns out as its due.
summed as (
    select
        due_quarter,
        horizon_days,
        slice_type,
        slice_value,
        forecaster,
        max(snapshot_date) as snapshot_date,
        max(quarter_end_date) as quarter_end_date,
        count(*) as terms,
        sum(due_arr) as due_arr,
        sum(forecast_arr) as forecast_arr,
        sum(case when fate = 'kept' then due_arr - forecast_arr else 0 end) as secured_arr,
        sum(case when fate = 'kept' then actual_due_arr - due_arr else 0 end) as due_change_arr,
        -sum(case when fate = 'slipped' then forecast_arr else 0 end) as slipped_arr,
        -sum(case when fate = 'lost' then forecast_arr else 0 end) as lost_arr,
        -sum(case when fate = 'kept' then actual_due_arr - actual_arr else 0 end) as contracted_arr,
        sum(case when fate = 'pulled_in' then actual_arr else 0 end) as pulled_in_arr,
        sum(actual_arr) as actual_arr,
        sum(expanded_arr) as expanded_arr,
        sum(case when state = 'renewed' then expected_arr else 0 end) as settled_arr,
        sum(case when state = 'churned' then due_arr else 0 end) as settled_lost_arr,
        {{ forecast_deviation('sliced') }} as deviation
    from sliced
    group by due_quarter, horizon_days, slice_type, slice_value, forecaster
),

with_band as (
    select
        summed.*,
        case
            when summed.forecaster = 'expected'
                then cast(
                    greatest(
                        summed.forecast_arr - settings.band_z * summed.deviation, summed.settled_arr
                    ) as decimal(18, 2)
                )
        end as forecast_low_arr,
        case
            when summed.forecaster = 'expected'
                then cast(
                    least(
                        summed.forecast_arr + settings.band_z * summed.deviation,
                        summed.due_arr - summed.settled_lost_arr
                    ) as decimal(18, 2)
                )
        end as forecast_high_arr
    from summed
    cross join settings
)

select
    due_quarter,
    cast(horizon_days as {{ dbt.type_int() }}) as horizon_days,
    slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    forecaster,
    cast(terms as {{ dbt.type_int() }}) as terms,
    {%- for amount in [
        'due', 'forecast', 'forecast_low', 'forecast_high', 'secured', 'due_change', 'slipped',
        'lost', 'contracted', 'pulled_in', 'actual', 'expanded',
    ] %}
    cast({{ amount }}_arr as decimal(18, 2)) as {{ amount }}_arr,
    {%- endfor %}
    cast(abs(actual_arr - forecast_arr) as decimal(18, 2)) as absolute_error_arr,
    1 - {{ ratio('abs(actual_arr - forecast_arr)', 'actual_arr') }} as forecast_accuracy,
    {{ ratio('forecast_arr - actual_arr', 'actual_arr') }} as forecast_bias,
    case
        when forecaster = 'expected'
            then actual_arr >= forecast_low_arr and actual_arr <= forecast_high_arr
    end as is_in_band,
    {{ add_days('quarter_end_date', grace) }} < {{ as_of_day() }} as is_final,
    snapshot_date,
    quarter_end_date
from with_band
