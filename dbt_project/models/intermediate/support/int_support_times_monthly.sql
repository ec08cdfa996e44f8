with

tickets as (
    select * from {{ ref('fct_tickets') }}
),

ticket_slices as (
    select * from {{ ref('int_support_ticket_slices') }}
),

-- Answers belong to the month in which the ticket came in, solutions and ratings to their own.
{%- for stage, day in [
    ('created', 'created_date'), ('resolved', 'solved_date'), ('rated', 'rated_date'),
] %}
{{ stage }} as (
    select
        ticket_slices.slice_type,
        ticket_slices.slice_value,
        {{ month_number('tickets.' ~ day) }} as month_number,
        {%- if stage == 'created' %}
        {%- for kind in ['', '_business'] %}
        {{ counted('tickets.is' ~ kind ~ '_response_due') }}
            as {{ 'due' ~ kind ~ '_responses' }},
        {{ counted('tickets.is' ~ kind ~ '_response_on_time') }}
            as {{ 'on_time' ~ kind ~ '_responses' }},
        {{ spread('tickets', 'first_response' ~ kind ~ '_hours') }},
        {%- endfor %}
        count(tickets.first_replied_at) as answered_tickets
        {%- elif stage == 'resolved' %}
        {%- for kind in ['', '_business'] %}
        sum({{ 'tickets.resolution' ~ kind ~ '_hours' }})
            as {{ 'resolution' ~ kind ~ '_hours_sum' }},
        {{ spread('tickets', 'resolution' ~ kind ~ '_hours') }},
        {%- endfor %}
        count(*) as resolved_tickets,
        {{ counted('tickets.is_reopened') }} as resolved_after_reopening
        {%- else %}
        count(*) as rated_tickets,
        {{ counted('tickets.is_rated_good') }} as good_ratings
        {%- endif %}
    from tickets
    inner join ticket_slices
        on tickets.ticket_id = ticket_slices.ticket_id
    where tickets.{{ day }} is not null
    group by
        ticket_slices.slice_type,
        ticket_slices.slice_value,
        {{ month_number('tickets.' ~ day) }}
),
{% endfor %}
backlog_monthly as (
    select * from {{ ref('int_support_backlog_monthly') }}
),

times_monthly as (
    select
        backlog_monthly.*,
        created.due_responses,
        created.on_time_responses,
        created.due_business_responses,
        created.on_time_business_responses,
        created.answered_tickets,
        created.first_response_hours_median,
        created.first_response_hours_p90,
        created.first_response_business_hours_median,
        created.first_response_business_hours_p90,
        resolved.resolved_tickets,
        resolved.resolved_after_reopening,
        resolved.resolution_hours_sum,
        resolved.resolution_hours_median,
        resolved.resolution_hours_p90,
        resolved.resolution_business_hours_sum,
        resolved.resolution_business_hours_median,
        resolved.resolution_business_hours_p90,
        rated.rated_tickets,
        rated.good_ratings
    from backlog_monthly
    left join created
        on
            backlog_monthly.slice_type = created.slice_type
            and backlog_monthly.slice_value = created.slice_value
            and backlog_monthly.month_number = created.month_number
    left join resolved
        on
            backlog_monthly.slice_type = resolved.slice_type
            and backlog_monthly.slice_value = resolved.slice_value
            and backlog_monthly.month_number = resolved.month_number
    left join rated
        on
            backlog_monthly.slice_type = rated.slice_type
            and backlog_monthly.slice_value = rated.slice_value
            and backlog_monthly.month_number = rated.month_number
)

select * from times_monthly
