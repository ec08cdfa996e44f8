with

dates as (
    select * from {{ ref('dim_dates') }}
),

support_schedules as (
    select * from {{ ref('support_schedules') }}
),

support_holidays as (
    select * from {{ ref('support_holidays') }}
),

time_zone_periods as (
    select * from {{ ref('int_time_zone_periods') }}
),

schedules as (
    select
        schedule_id,
        min(time_zone) as time_zone
    from support_schedules
    group by schedule_id
),

open_hours as (
    select
        schedules.schedule_id,
        schedules.time_zone,
        dates.date_day,
        {{ dbt.dateadd(
            'minute', 'support_schedules.opens_minute',
            'cast(dates.date_day as ' ~ dbt.type_timestamp() ~ ')'
        ) }} as local_opened_at,
        {{ dbt.dateadd(
            'minute', 'support_schedules.closes_minute',
            'cast(dates.date_day as ' ~ dbt.type_timestamp() ~ ')'
        ) }} as local_closed_at
    from dates
    cross join schedules
    left join support_holidays
        on
            schedules.schedule_id = support_holidays.schedule_id
            and dates.date_day = support_holidays.holiday_date
    left join support_schedules
        on
            schedules.schedule_id = support_schedules.schedule_id
            and dates.weekday_number = support_schedules.weekday_number
            and support_holidays.schedule_id is null
),

-- Each end of the open hours by the offset of its own moment: the clock may change in between.
open_hours_utc as (
    select
        open_hours.schedule_id,
        open_hours.time_zone,
        open_hours.date_day,
        {{ dbt.dateadd(
            'minute', '-at_opening.utc_offset_minutes', 'open_hours.local_opened_at'
        ) }} as opened_at,
        {{ dbt.dateadd(
            'minute', '-at_closing.utc_offset_minutes', 'open_hours.local_closed_at'
        ) }} as closed_at
    from open_hours
    left join time_zone_periods as at_opening
        on
            open_hours.time_zone = at_opening.time_zone
            and open_hours.local_opened_at >= at_opening.local_starts_at
            and open_hours.local_opened_at < at_opening.local_ends_at
    left join time_zone_periods as at_closing
        on
            open_hours.time_zone = at_closing.time_zone
            and open_hours.local_closed_at >= at_closing.local_starts_at
            and open_hours.local_closed_at < at_closing.local_ends_at
),

open_seconds as (
    select
        schedule_id,
        time_zone,
        coalesce({{ dbt.datediff('opened_at', 'closed_at', 'second') }}, 0) as open_seconds,
        date_day,
        opened_at,
        closed_at
    from open_hours_utc
),

support_days as (
    select
        schedule_id,
        time_zone,
        cast(open_seconds as {{ dbt.type_bigint() }}) as open_seconds,
        cast(
            sum(open_seconds) over (partition by schedule_id order by date_day asc) - open_seconds
            as {{ dbt.type_bigint() }}
        ) as open_seconds_before,
        date_day,
        opened_at,
        closed_at
    from open_seconds
)

select * from support_days
