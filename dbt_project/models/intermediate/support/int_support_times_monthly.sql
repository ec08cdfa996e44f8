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
        sum(case when tickets.is{{ kind }}_response_due then 1 else 0 end) as due{{ kind }}_responses,
        sum(
            case when tickets.is{{ kind }}_response_on_time then 1 else 0 end
        ) as on_time{{ kind }}_responses,
        {{ percentile('tickets.first_response' ~ kind ~ '_hours', '0.5') }}
            as first_response{{ kind }}_hours_median,
        {{ percentile('tickets.first_response' ~ kind ~ '_hours', '0.9') }}
            as first_response{{ kind }}_hours_p90,
        {%- endfor %}
        count(tickets.first_replied_at) as answered_tickets
        {%- elif stage == 'resolved' %}
        {%- for kind in ['', '_business'] %}
        sum(tickets.resolution{{ kind }}_hours) as resolution{{ kind }}_hours_sum,
        {{ percentile('tickets.resolution' ~ kind ~ '_hours', '0.5') }}
            as resolution{{ kind }}_hours_median,
        {{ percentile('tickets.resolution' ~ kind ~ '_hours', '0.9') }}
            as resolution{{ kind }}_hours_p90,
        {%- endfor %}
        count(*) as resolved_tickets,
        sum(case when tickets.is_reopened then 1 else 0 end) as resolved_after_reopening
        {%- else %}
        count(*) as rated_tickets,
        sum(case when tickets.is_rated_good then 1 else 0 end) as good_ratings
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
    {%- for stage in ['created', 'resolved', 'rated'] %}
    left join {{ stage }}
        on
            backlog_monthly.slice_type = {{ stage }}.slice_type
            and backlog_monthly.slice_value = {{ stage }}.slice_value
            and backlog_monthly.month_number = {{ stage }}.month_number
    {%- endfor %}
)

select * from times_monthly
