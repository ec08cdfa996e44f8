-- Slices whose gross retention is above 1 or above net retention.
select
    month_start_date,
    slice_type,
    slice_value
from {{ ref('rpt_retention_monthly') }}
where
    retained_arr > start_arr
    or retained_arr > end_arr
    or grr > 1
    or grr > nrr
    or grr_movement_numerator > start_arr
    or grr_movement_numerator > nrr_movement_numerator
    or grr_chained > nrr_chained * 1.000000001
