with

time_zone_offsets as (
    select * from {{ ref('time_zone_offsets') }}
),

periods as (
    select
        time_zone,
        utc_offset_minutes,
        starts_at,
        lead(starts_at, 1, cast('9999-01-01 00:00:00' as {{ dbt.type_timestamp() }})) over (
            partition by time_zone order by starts_at asc
        ) as ends_at,
        lead(utc_offset_minutes, 1, 0) over (
            partition by time_zone order by starts_at asc
        ) as next_offset_minutes
    from time_zone_offsets
),

-- By its own clock a period ends where the next one begins by the next one's clock: an hour that
-- comes twice in autumn counts as the second one, and one that never comes in spring as the first.
time_zone_periods as (
    select
        time_zone,
        utc_offset_minutes,
        starts_at,
        ends_at,
        {{ dbt.dateadd('minute', 'utc_offset_minutes', 'starts_at') }} as local_starts_at,
        {{ dbt.dateadd('minute', 'next_offset_minutes', 'ends_at') }} as local_ends_at
    from periods
)

select * from time_zone_periods
