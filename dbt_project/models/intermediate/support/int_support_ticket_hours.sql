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
        support_days.open_seconds_before + least(
            greatest(
                coalesce(
                    {{ dbt.datediff('support_days.opened_at', 'local_days.happened_at', 'second') }},
                    0
                ),
                0
            ),
            support_days.open_seconds
        ) as seconds_by_then
    from local_days
    inner join support_days
        on
            local_days.schedule_id = support_days.schedule_id
            and local_days.local_date = support_days.date_day
),

seconds_by_ticket as (
    select
        ticket_id,
        {%- for moment in ['created_at', 'first_replied_at', 'solved_at', 'seen_until'] %}
        max(case when moment_type = '{{ moment }}' then seconds_by_then end)
            as {{ moment }}_seconds{{ ',' if not loop.last }}
        {%- endfor %}
    from open_seconds
    group by ticket_id
),

ticket_hours as (
    select
        tickets.ticket_id,
        {%- for name, moment, until in [
            ('first_response', 'tickets.first_replied_at', 'first_replied_at'),
            ('resolution', 'tickets.solved_at', 'solved_at'),
            ('waiting', 'case when tickets.first_replied_at is null then ' ~ as_of_end() ~ ' end',
                'seen_until'),
        ] %}
        cast({{ ratio(dbt.datediff('tickets.created_at', moment, 'second'), '3600') }} as decimal(18, 4))
            as {{ name }}_hours,
        cast({{ ratio(
            'seconds.' ~ until ~ '_seconds - seconds.created_at_seconds', '3600'
        ) }} as decimal(18, 4)) as {{ name }}_business_hours{{ ',' if not loop.last }}
        {%- endfor %}
    from tickets
    left join seconds_by_ticket as seconds
        on tickets.ticket_id = seconds.ticket_id
)

select * from ticket_hours
