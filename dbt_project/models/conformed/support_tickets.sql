{% set was_changed_later = is_later('known.delivered_updated_at') %}
{% set status_then = rolled_back('status', fallback="case
            when lower(known.status) in ('solved', 'closed') and " ~ is_later('known.delivered_solved_at') ~ "
                then 'open'
            else known.status
        end") %}
{% set reply_is_later = is_later(dbt.dateadd(
    'minute', 'cast(known.first_reply_minutes_calendar as ' ~ dbt.type_int() ~ ')', 'known.created_at'
)) %}
{% set instead = {
    'status': 'standing.status_then',
    'priority': rolled_back('priority'),
    'assignee_id': rolled_back('assignee_id', fallback='case
            when not (' ~ was_changed_later ~ ' and coalesce(history.has_status, 0) = 1) then known.assignee_id
        end'),
    'group_id': rolled_back('group_id'),
    'solved_at': 'standing.solved_then',
    'closed_at': "case
            when lower(standing.status_then) = 'closed' then coalesce(known.closed_at, standing.closed_then)
        end",
    'first_reply_minutes_calendar':
        'case when not ' ~ reply_is_later ~ ' then known.first_reply_minutes_calendar end',
    'first_reply_minutes_business':
        'case when not ' ~ reply_is_later ~ ' then known.first_reply_minutes_business end',
    'full_resolution_minutes_calendar': 'case
            when not ' ~ is_later('known.delivered_solved_at') ~ ' then known.full_resolution_minutes_calendar
            else ' ~ dbt.datediff('known.created_at', 'standing.solved_then', 'minute') ~ '
        end',
    'full_resolution_minutes_business': 'case
            when not ' ~ is_later('known.delivered_solved_at') ~ ' then known.full_resolution_minutes_business
        end',
    'reopens': 'case when ' ~ was_changed_later ~ ' then coalesce(standing.reopens_then, known.reopens) else known.reopens end',
    'replies': 'case when ' ~ was_changed_later ~ ' then coalesce(standing.replies_then, known.replies) else known.replies end',
} %}

with

known as (

    {{ kept_rows('support_tickets', delivered=true) }}

),

history as (

    {{ changes_as_of(
        'support_ticket_events', 'ticket_id', 'occurred_at',
        ['status', 'priority', 'assignee_id', 'group_id']
    ) }}

),

support_ticket_events as (

    select * from {{ ref('support_ticket_events') }}

),

events_so_far as (

    select
        ticket_id,
        sum(case when event_type = 'reply' then 1 else 0 end) as replies_then,
        sum(case
            when
                field_name = 'status'
                and lower(old_value) in ('solved', 'closed')
                and lower(new_value) not in ('solved', 'closed')
                then 1
            else 0
        end) as reopens_then,
        max(case when field_name = 'status' and lower(new_value) = 'solved' then occurred_at end)
            as solved_then,
        max(case when field_name = 'status' and lower(new_value) = 'closed' then occurred_at end)
            as closed_then
    from support_ticket_events
    group by ticket_id

),

standing as (

    select
        known.ticket_id,
        {{ status_then }} as status_then,
        case
            when not {{ was_changed_later }} then known.solved_at
            when lower({{ status_then }}) in ('solved', 'closed')
                then coalesce(events_so_far.solved_then, known.solved_at, events_so_far.closed_then)
        end as solved_then,
        events_so_far.closed_then,
        events_so_far.replies_then,
        events_so_far.reopens_then
    from known
    left join history
        on known.ticket_id = history.ticket_id
    left join events_so_far
        on known.ticket_id = events_so_far.ticket_id

),

as_it_stood as (

    select
        {{ conformed_columns('support_tickets', 'known', instead) }}
    from known
    inner join standing
        on known.ticket_id = standing.ticket_id
    left join history
        on known.ticket_id = history.ticket_id

)

select * from as_it_stood
