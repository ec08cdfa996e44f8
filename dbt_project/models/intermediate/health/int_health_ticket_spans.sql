with

support_tickets as (
    select * from {{ ref('support_tickets') }}
),

ticket_events as (
    select * from {{ ref('support_ticket_events') }}
),

tickets as (
    select
        ticket_id,
        account_id,
        created_at,
        cast(created_at as date) as created_date,
        solved_at,
        lower(priority) as priority,
        cast(first_reply_minutes_calendar as {{ dbt.type_int() }}) as first_reply_minutes,
        case when coalesce(is_deleted, false) then cast(updated_at as date) end as deleted_date
    from support_tickets
    where account_id is not null
),

-- Once urgent, a ticket was urgent; without history its priority is taken as it was from the start.
urgencies as (
    select
        ticket_id,
        min(
            case when lower(new_value) in ('urgent', 'high') then cast(occurred_at as date) end
        ) as urgent_date
    from ticket_events
    where field_name = 'priority'
    group by ticket_id
),

first_replies as (
    select
        ticket_id,
        min(occurred_at) as replied_at
    from ticket_events
    where event_type = 'reply'
    group by ticket_id
),

-- Desks that keep no history give the minutes to the first reply.
replies_by_minutes as (
    select
        tickets.ticket_id,
        {{ dbt.dateadd('minute', 'tickets.first_reply_minutes', 'tickets.created_at') }}
            as replied_at
    from tickets
    left join first_replies
        on tickets.ticket_id = first_replies.ticket_id
    where
        first_replies.ticket_id is null
        and tickets.first_reply_minutes is not null
),

status_events as (
    select
        ticket_id,
        occurred_at,
        case when lower(new_value) in ('solved', 'closed') then 1 else 0 end as is_done,
        lag(case when lower(new_value) in ('solved', 'closed') then 1 else 0 end, 1, 0) over (
            partition by ticket_id order by occurred_at asc, ticket_event_id asc
        ) as was_done,
        row_number() over (
            partition by ticket_id order by occurred_at asc, ticket_event_id asc
        ) as event_number
    from ticket_events
    where field_name = 'status'
),

turns as (
    select
        ticket_id,
        occurred_at,
        is_done,
        lead(occurred_at) over (
            partition by ticket_id order by occurred_at asc, event_number asc
        ) as next_turn_at
    from status_events
    where is_done <> was_done
),

with_status_history as (
    select ticket_id
    from status_events
    group by ticket_id
),

spans as (
    select
        ticket_id,
        'created' as span_type,
        cast(null as {{ dbt.type_timestamp() }}) as done_at,
        created_date as window_start,
        created_date as span_start,
        cast(null as date) as span_end
    from tickets
    union all
    select
        tickets.ticket_id,
        'urgent' as span_type,
        cast(null as {{ dbt.type_timestamp() }}) as done_at,
        tickets.created_date as window_start,
        greatest(tickets.created_date, coalesce(urgencies.urgent_date, tickets.created_date))
            as span_start,
        cast(null as date) as span_end
    from tickets
    left join urgencies
        on tickets.ticket_id = urgencies.ticket_id
    where
        urgencies.urgent_date is not null
        or (urgencies.ticket_id is null and tickets.priority in ('urgent', 'high'))
    union all
    select
        ticket_id,
        'answered' as span_type,
        replied_at as done_at,
        cast(replied_at as date) as window_start,
        cast(replied_at as date) as span_start,
        cast(null as date) as span_end
    from first_replies
    union all
    select
        ticket_id,
        'answered' as span_type,
        replied_at as done_at,
        cast(replied_at as date) as window_start,
        cast(replied_at as date) as span_start,
        cast(null as date) as span_end
    from replies_by_minutes
    union all
    select
        ticket_id,
        case when is_done = 1 then 'solved' else 'reopened' end as span_type,
        occurred_at as done_at,
        cast(occurred_at as date) as window_start,
        cast(occurred_at as date) as span_start,
        case when is_done = 1 then cast(next_turn_at as date) end as span_end
    from turns
    union all
    select
        tickets.ticket_id,
        'solved' as span_type,
        tickets.solved_at as done_at,
        cast(tickets.solved_at as date) as window_start,
        cast(tickets.solved_at as date) as span_start,
        cast(null as date) as span_end
    from tickets
    left join with_status_history
        on tickets.ticket_id = with_status_history.ticket_id
    where
        with_status_history.ticket_id is null
        and tickets.solved_at is not null
),

ticket_spans as (
    select
        spans.ticket_id,
        tickets.account_id,
        spans.span_type,
        cast(
            {{ ratio(dbt.datediff('tickets.created_at', 'spans.done_at', 'minute'), '60') }}
            as decimal(18, 4)
        ) as hours,
        spans.window_start,
        spans.span_start,
        case
            when tickets.deleted_date is null then spans.span_end
            when spans.span_end is null then tickets.deleted_date
            else least(spans.span_end, tickets.deleted_date)
        end as span_end
    from spans
    inner join tickets
        on spans.ticket_id = tickets.ticket_id
)

select * from ticket_spans
