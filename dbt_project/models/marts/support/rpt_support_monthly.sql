with

times_monthly as (
    select * from {{ ref('int_support_times_monthly') }}
)

select
    cast(slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for column in [
        'created_tickets', 'reopenings', 'solves', 'closing_backlog', 'answered_tickets',
        'due_responses', 'on_time_responses', 'due_business_responses',
        'on_time_business_responses', 'resolved_tickets', 'resolved_after_reopening',
        'rated_tickets', 'good_ratings',
    ] %}
    {%- if column == 'closing_backlog' %}
    cast(closing_backlog - backlog_change as {{ dbt.type_int() }}) as opening_backlog,
    {%- endif %}
    cast(coalesce({{ column }}, 0) as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    {%- for column in [
        'first_response_hours_median', 'first_response_hours_p90',
        'first_response_business_hours_median', 'first_response_business_hours_p90',
        'resolution_hours_sum', 'resolution_hours_median', 'resolution_hours_p90',
        'resolution_business_hours_sum', 'resolution_business_hours_median',
        'resolution_business_hours_p90',
    ] %}
    cast({{ column }} as decimal(18, 4)) as {{ column }},
    {%- endfor %}
    {{ ratio('on_time_responses', 'due_responses') }} as first_response_rate,
    {{ ratio('on_time_business_responses', 'due_business_responses') }}
        as first_response_business_rate,
    {{ ratio('resolved_after_reopening', 'resolved_tickets') }} as reopened_rate,
    {{ ratio('good_ratings', 'rated_tickets') }} as csat_rate,
    is_month_complete,
    month_start_date
from times_monthly
