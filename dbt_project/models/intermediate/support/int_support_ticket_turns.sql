with

tickets as (
    select * from {{ ref('fct_tickets') }}
),

support_ticket_events as (
    select * from {{ ref('support_ticket_events') }}
),

status_events as (
    select
        events.ticket_id,
        events.occurred_at,
        case when lower(events.new_value) in ('solved', 'closed') then 1 else 0 end as is_done,
        events.ticket_event_id
    from support_ticket_events as events
    inner join tickets
        on events.ticket_id = tickets.ticket_id
    where events.field_name = 'status'
),

status_changes as (
    select
        ticket_id,
        occurred_at,
        is_done,
        lag(is_done, 1, 0) over (
            partition by ticket_id order by occurred_at asc, ticket_event_id asc
        ) as was_done
    from status_events
),

tickets_with_history as (
    select ticket_id
    from status_events
    group by ticket_id
),

-- Desks without a history of the status give the last solve only.
ticket_turns as (
    select
        ticket_id,
        'created' as turn,
        1 as backlog_change,
        created_at as happened_at
    from tickets
    union all
    select
        ticket_id,
        case is_done when 1 then 'solved' else 'reopened' end as turn,
        case is_done when 1 then -1 else 1 end as backlog_change,
        occurred_at as happened_at
    from status_changes
    where is_done <> was_done
    union all
    select
        tickets.ticket_id,
        'solved' as turn,
        -1 as backlog_change,
        tickets.solved_at as happened_at
    from tickets
    left join tickets_with_history
        on tickets.ticket_id = tickets_with_history.ticket_id
    where
        tickets_with_history.ticket_id is null
        and tickets.solved_at is not null
)

select * from ticket_turns
