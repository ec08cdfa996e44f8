-- Bands of one measure, segment and day that overlap or leave a gap.
with

bands as (
    select * from {{ ref('int_health_measure_bands') }}
),

neighbours as (
    select
        bands.*,
        lead(lower_bound) over (
            partition by measure_id, segment, valid_from order by lower_bound asc nulls first
        ) as next_lower_bound,
        row_number() over (
            partition by measure_id, segment, valid_from order by lower_bound asc nulls first
        ) as band_number,
        count(*) over (partition by measure_id, segment, valid_from) as band_count
    from bands
)

select *
from neighbours
where
    coalesce(upper_bound <> next_lower_bound, false)
    or (band_number = 1 and lower_bound is not null)
    or (band_number = band_count) <> (upper_bound is null)
