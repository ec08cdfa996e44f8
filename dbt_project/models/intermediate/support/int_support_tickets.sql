with

support_tickets as (
    select * from {{ ref('support_tickets') }}
),

support_ticket_events as (
    select * from {{ ref('support_ticket_events') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

hr_employees as (
    select * from {{ ref('hr_employees') }}
),

support_schedule_regions as (
    select * from {{ ref('support_schedule_regions') }}
),

tickets as (
    select
        support_tickets.*,
        coalesce(account_survivors.surviving_account_id, support_tickets.account_id)
            as surviving_account_id
    from support_tickets
    left join account_survivors
        on support_tickets.account_id = account_survivors.account_id
    where not coalesce(support_tickets.is_deleted, false)
),

first_replies as (
    select
        tickets.ticket_id,
        min(events.occurred_at) as first_replied_at
    from tickets
    inner join support_ticket_events as events
        on
            tickets.ticket_id = events.ticket_id
            and events.event_type = 'reply'
            and tickets.created_at <= events.occurred_at
    group by tickets.ticket_id
),

-- The account as it was on the day on which the ticket came in; desks without a history of replies
-- give the minutes to the first one.
tickets_then as (
    select
        tickets.ticket_id,
        tickets.surviving_account_id as account_id,
        tickets.assignee_id,
        tickets.group_id,
        account_history.segment,
        account_history.region,
        account_history.csm_user_id,
        hr_employees.team,
        tickets.ticket_type,
        tickets.priority,
        tickets.status,
        tickets.channel,
        coalesce(tickets.reopens, 0) as reopens,
        coalesce(tickets.replies, 0) as replies,
        coalesce(tickets.is_escalated, false) as is_escalated,
        tickets.created_at,
        coalesce(
            first_replies.first_replied_at,
            {{ dbt.dateadd(
                'second', 'cast(tickets.first_reply_minutes_calendar * 60 as ' ~ dbt.type_int() ~ ')',
                'tickets.created_at'
            ) }}
        ) as first_replied_at,
        tickets.solved_at
    from tickets
    left join first_replies
        on tickets.ticket_id = first_replies.ticket_id
    left join account_history
        on
            tickets.surviving_account_id = account_history.account_id
            and cast(tickets.created_at as date) >= account_history.valid_from
            and (
                cast(tickets.created_at as date) < account_history.valid_to
                or account_history.valid_to is null
            )
    left join hr_employees
        on account_history.csm_user_id = hr_employees.user_id
),

support_tickets_then as (
    select
        tickets_then.*,
        coalesce(of_region.schedule_id, of_all.schedule_id) as schedule_id
    from tickets_then
    left join support_schedule_regions as of_region
        on tickets_then.region = of_region.region
    left join support_schedule_regions as of_all
        on of_all.region = '*'
)

select * from support_tickets_then
