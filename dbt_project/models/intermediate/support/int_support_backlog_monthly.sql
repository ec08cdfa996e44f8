with

ticket_turns as (
    select * from {{ ref('int_support_ticket_turns') }}
),

ticket_slices as (
    select * from {{ ref('int_support_ticket_slices') }}
),

months as (
    select * from {{ ref('int_months') }}
),

turns as (
    select
        ticket_slices.slice_type,
        ticket_slices.slice_value,
        {{ month_number('ticket_turns.happened_at') }} as month_number,
        sum(case ticket_turns.turn when 'created' then 1 else 0 end) as created_tickets,
        sum(case ticket_turns.turn when 'reopened' then 1 else 0 end) as reopenings,
        sum(case ticket_turns.turn when 'solved' then 1 else 0 end) as solves,
        sum(ticket_turns.backlog_change) as backlog_change
    from ticket_turns
    inner join ticket_slices
        on ticket_turns.ticket_id = ticket_slices.ticket_id
    group by
        ticket_slices.slice_type,
        ticket_slices.slice_value,
        {{ month_number('ticket_turns.happened_at') }}
),

slices as (
    select
        slice_type,
        slice_value,
        min(month_number) as first_month_number
    from turns
    group by slice_type, slice_value
),

-- Every month since the slice's first ticket, so that a quiet month shows its backlog too.
slice_months as (
    select
        slices.slice_type,
        slices.slice_value,
        months.month_number,
        months.is_month_complete,
        coalesce(turns.created_tickets, 0) as created_tickets,
        coalesce(turns.reopenings, 0) as reopenings,
        coalesce(turns.solves, 0) as solves,
        coalesce(turns.backlog_change, 0) as backlog_change,
        months.month_start_date
    from slices
    inner join months
        on slices.first_month_number <= months.month_number
    left join turns
        on
            slices.slice_type = turns.slice_type
            and slices.slice_value = turns.slice_value
            and months.month_number = turns.month_number
),

backlog_monthly as (
    select
        slice_months.*,
        sum(backlog_change) over (
            partition by slice_type, slice_value order by month_number asc
        ) as closing_backlog
    from slice_months
)

select * from backlog_monthly
