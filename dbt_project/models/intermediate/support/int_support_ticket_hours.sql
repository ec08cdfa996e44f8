with

tickets as (
    select * from {{ ref('int_support_tickets') }}
),

support_days as (
    select * from {{ ref('int_support_days') }}
),

time_zone_periods as (
    select * from {{ ref('int_time_zone_periods') }}
),

schedules as (
    select
        schedule_id,
        min(time_zone) as time_zone
    from support_days
    group by schedule_id
),

moments as (
    {%- for moment in ['created_at', 'first_replied_at', 'solved_at'] %}
    select
        ticket_id,
        schedule_id,
        '{{ moment }}' as moment_type,
        {{ moment }} as happened_at
    from tickets
    where {{ moment }} is not null
    union all
    {%- endfor %}
    select
        ticket_id,
        schedule_id,
        'seen_until' as moment_type,
        {{ as_of_end() }} as happened_at
    from tickets
    where first_replied_at is null
),

local_days as (
    select
        moments.ticket_id,
        moments.schedule_id,
        moments.moment_type,
        moments.happened_at,
        cast(
            {{ dbt.dateadd('minute', 'periods.utc_offset_minutes', 'moments.happened_at') }} as date
        ) as local_date
    from moments
    inner join schedules
        on moments.schedule_id = schedules.schedule_id
    inner join time_zone_periods as periods
        on
            schedules.time_zone = periods.time_zone
            and moments.happened_at >= periods.starts_at
            and moments.happened_at < periods.ends_at
),

-- Seconds for which the desk had been open by the moment, since its calendar begins.
open_seconds as (
    select
        local_days.ticket_id,
        local_days.moment_type,
        support_days.open_seconds_before,
        support_days.open_seconds,
        {{ dbt.datediff('support_days.opened_at', 'local_days.happened_at', 'second') }}
            as seconds_since_opening
    from local_days
    inner join support_days
        on
            local_days.schedule_id = support_days.schedule_id
            and local_days.local_date = support_days.date_day
),

seconds_by_moment as (
    select
        ticket_id,
        moment_type,
        open_seconds_before
        + least(greatest(coalesce(seconds_since_opening, 0), 0), open_seconds) as seconds_by_then
    from open_seconds
),

seconds_by_ticket as (
    select
        ticket_id,
        max(case when moment_type = 'created_at' then seconds_by_then end)
            as created_at_seconds,
        max(case when moment_type = 'first_replied_at' then seconds_by_then end)
            as first_replied_at_seconds,
        max(case when moment_type = 'solved_at' then seconds_by_then end)
            as solved_at_seconds,
        max(case when moment_type = 'seen_until' then seconds_by_then end)
            as seen_until_seconds
    from seconds_by_moment
    group by ticket_id
),

ticket_seconds as (
    select
        tickets.ticket_id,
        {{ dbt.datediff('tickets.created_at', 'tickets.first_replied_at', 'second') }}
            as first_response_seconds,
        {{ dbt.datediff('tickets.created_at', 'tickets.solved_at', 'second') }}
            as resolution_seconds,
        case
            when tickets.first_replied_at is null
                then {{ dbt.datediff('tickets.created_at', as_of_end(), 'second') }}
        end as waiting_seconds,
        seconds.first_replied_at_seconds - seconds.created_at_seconds
            as first_response_business_seconds,
        seconds.solved_at_seconds - seconds.created_at_seconds as resolution_business_seconds,
        seconds.seen_until_seconds - seconds.created_at_seconds as waiting_business_seconds
    from tickets
    left join seconds_by_ticket as seconds
        on tickets.ticket_id = seconds.ticket_id
),

ticket_hours as (
    select
        ticket_id,
        cast({{ ratio('first_response_seconds', '3600') }} as decimal(18, 4))
            as first_response_hours,
        cast({{ ratio('first_response_business_seconds', '3600') }} as decimal(18, 4))
            as first_response_business_hours,
        cast({{ ratio('resolution_seconds', '3600') }} as decimal(18, 4))
            as resolution_hours,
        cast({{ ratio('resolution_business_seconds', '3600') }} as decimal(18, 4))
            as resolution_business_hours,
        cast({{ ratio('waiting_seconds', '3600') }} as decimal(18, 4))
            as waiting_hours,
        cast({{ ratio('waiting_business_seconds', '3600') }} as decimal(18, 4))
            as waiting_business_hours
    from ticket_seconds
)

select * from ticket_hours
