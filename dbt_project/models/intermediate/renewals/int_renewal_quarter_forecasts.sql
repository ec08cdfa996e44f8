with

slices as (
    select * from {{ ref('int_renewal_slices') }}
),

renewals as (
    select * from {{ ref('fct_renewals') }}
),

forecasts as (
    select * from {{ ref('fct_renewal_forecast_daily') }}
    where snapshot_date = {{ as_of_day() }}
),

settings as (
    {{ renewal_settings_row(['band_z']) }}
),

sums as (
    select
        renewals.due_quarter,
        slices.slice_type,
        slices.slice_value,
        sum(forecasts.due_arr) as forecast_due_arr,
        sum(forecasts.forecast_arr) as forecast_arr,
        sum(forecasts.crm_pipeline_arr) as pipeline_arr,
        sum(case when forecasts.state = 'renewed' then forecasts.forecast_arr else 0 end)
            as settled_arr,
        sum(case when forecasts.state = 'churned' then forecasts.due_arr else 0 end) as lost_arr,
        {{ forecast_deviation('forecasts') }} as deviation
    from forecasts
    inner join renewals
        on forecasts.contract_id = renewals.contract_id
    inner join slices
        on forecasts.contract_id = slices.contract_id
    group by renewals.due_quarter, slices.slice_type, slices.slice_value
)

select
    sums.due_quarter,
    sums.slice_type,
    sums.slice_value,
    cast(sums.forecast_due_arr as decimal(18, 2)) as forecast_due_arr,
    cast(sums.pipeline_arr as decimal(18, 2)) as pipeline_arr,
    cast(
        greatest(sums.forecast_arr - settings.band_z * sums.deviation, sums.settled_arr)
        as decimal(18, 2)
    ) as forecast_low_arr,
    cast(sums.forecast_arr as decimal(18, 2)) as forecast_arr,
    cast(
        least(
            sums.forecast_arr + settings.band_z * sums.deviation,
            sums.forecast_due_arr - sums.lost_arr
        ) as decimal(18, 2)
    ) as forecast_high_arr
from sums
cross join settings
