-- From the forecast to what was kept, to the cent, for every quarter, horizon, slice and
-- forecaster.
select
    due_quarter,
    horizon_days,
    slice_type,
    slice_value,
    forecaster
from {{ ref('rpt_renewal_forecast_accuracy') }}
where
    forecast_arr + secured_arr + due_change_arr + slipped_arr + lost_arr + contracted_arr
    + pulled_in_arr <> actual_arr
