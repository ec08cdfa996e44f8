with

forecast_accuracy as (
    select * from {{ ref('rpt_renewal_forecast_accuracy') }}
    where forecast_accuracy is not null
),

placed as (
    select
        *,
        row_number() over (
            partition by horizon_days, slice_type, slice_value, forecaster
            order by quarter_end_date desc
        ) as quarters_back
    from forecast_accuracy
),

summed as (
    select
        slice_type,
        slice_value,
        forecaster,
        horizon_days,
        count(*) as quarters,
        sum(forecast_arr) as forecast_arr,
        sum(actual_arr) as actual_arr,
        sum(absolute_error_arr) as absolute_error_arr,
        min(forecast_accuracy) as worst_accuracy,
        max(case when quarters_back = 1 then forecast_accuracy end) as newest_accuracy,
        max(case when quarters_back = 1 then due_quarter end) as newest_quarter
    from placed
    group by slice_type, slice_value, forecaster, horizon_days
)

select
    slice_type,
    slice_value,
    forecaster,
    newest_quarter,
    cast(horizon_days as {{ dbt.type_int() }}) as horizon_days,
    cast(quarters as {{ dbt.type_int() }}) as quarters,
    cast(forecast_arr as decimal(18, 2)) as forecast_arr,
    cast(actual_arr as decimal(18, 2)) as actual_arr,
    cast(absolute_error_arr as decimal(18, 2)) as absolute_error_arr,
    1 - {{ ratio('absolute_error_arr', 'actual_arr') }} as accuracy,
    {{ ratio('forecast_arr - actual_arr', 'actual_arr') }} as bias,
    worst_accuracy,
    newest_accuracy
from summed
