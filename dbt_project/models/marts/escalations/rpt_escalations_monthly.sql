with

escalations as (
    select * from {{ ref('fct_escalations') }}
),

escalation_slices as (
    select * from {{ ref('int_escalation_slices') }}
),

months as (
    select * from {{ ref('int_months') }}
),

slices as (
    select
        escalation_slices.slice_type,
        escalation_slices.slice_value,
        {{ month_number('min(escalations.opened_date)') }} as first_month_number
    from escalation_slices
    inner join escalations
        on escalation_slices.escalation_id = escalations.escalation_id
    group by escalation_slices.slice_type, escalation_slices.slice_value
),

opened as (
    select
        escalation_slices.slice_type,
        escalation_slices.slice_value,
        {{ month_number('escalations.opened_date') }} as month_number,
        count(*) as opened_escalations,
        sum(case when escalations.is_response_due then 1 else 0 end) as due_responses,
        {{ counted('escalations.is_response_due and escalations.is_response_on_time') }}
            as on_time_responses
    from escalations
    inner join escalation_slices
        on escalations.escalation_id = escalation_slices.escalation_id
    group by
        escalation_slices.slice_type,
        escalation_slices.slice_value,
        {{ month_number('escalations.opened_date') }}
),

resolved as (
    select
        escalation_slices.slice_type,
        escalation_slices.slice_value,
        {{ month_number('escalations.resolved_date') }} as month_number,
        count(*) as resolved_escalations,
        sum(escalations.resolution_hours) as resolution_hours_sum,
        {{ percentile('escalations.resolution_hours', '0.5') }} as resolution_hours_median,
        {{ percentile('escalations.resolution_hours', '0.9') }} as resolution_hours_p90
    from escalations
    inner join escalation_slices
        on escalations.escalation_id = escalation_slices.escalation_id
    where escalations.resolved_date is not null
    group by
        escalation_slices.slice_type,
        escalation_slices.slice_value,
        {{ month_number('escalations.resolved_date') }}
),

-- Two escalations of one account at once are two escalations and one account.
open_at_end as (
    select
        escalation_slices.slice_type,
        escalation_slices.slice_value,
        months.month_number,
        count(*) as open_escalations,
        count(distinct escalations.account_id) as escalated_accounts
    from months
    inner join escalations
        on
            months.state_date >= escalations.opened_date
            and coalesce(months.state_date < escalations.resolved_date, true)
    inner join escalation_slices
        on escalations.escalation_id = escalation_slices.escalation_id
    group by escalation_slices.slice_type, escalation_slices.slice_value, months.month_number
)

select
    cast(slices.slice_type as {{ dbt.type_string() }}) as slice_type,
    cast(slices.slice_value as {{ dbt.type_string() }}) as slice_value,
    {%- for column in [
        'opened_escalations', 'due_responses', 'on_time_responses', 'resolved_escalations',
        'open_escalations', 'escalated_accounts',
    ] %}
    cast(coalesce({{ column }}, 0) as {{ dbt.type_int() }}) as {{ column }},
    {%- endfor %}
    {%- for column in ['resolution_hours_sum', 'resolution_hours_median', 'resolution_hours_p90'] %}
    cast(resolved.{{ column }} as decimal(18, 4)) as {{ column }},
    {%- endfor %}
    {{ ratio('opened.on_time_responses', 'opened.due_responses') }} as escalation_sla_rate,
    months.is_month_complete,
    months.month_start_date
from slices
inner join months
    on slices.first_month_number <= months.month_number
{%- for relation in ['opened', 'resolved', 'open_at_end'] %}
left join {{ relation }}
    on
        slices.slice_type = {{ relation }}.slice_type
        and slices.slice_value = {{ relation }}.slice_value
        and months.month_number = {{ relation }}.month_number
{%- endfor %}
