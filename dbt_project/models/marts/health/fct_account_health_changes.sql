{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}
{%- set inputs = ['usage', 'engagement', 'support', 'sentiment', 'commercial'] -%}

with

changed_days as (
    select * from {{ ref('int_health_score_changes') }}
    where {{ is_new_day(first_day, last_day) }}
),

input_changes as (
    select * from {{ ref('int_health_input_changes') }}
    where {{ is_new_day(first_day, last_day) }}
),

reasons as (
    select * from {{ ref('int_health_change_reasons') }}
    where {{ is_new_day(first_day, last_day) }}
),

changes_by_input as (
    select
        account_id,
        comparison_days,
        date_day,
        {%- for input in inputs %}
        sum(case when input_id = '{{ input }}' then input_change else 0 end) as {{ input }}_change,
        {%- endfor %}
        sum(weight_change) as weight_change
    from input_changes
    group by account_id, comparison_days, date_day
),

top_reasons as (
    select
        account_id,
        comparison_days,
        date_day,
        max(case when reason_rank = 1 then sentence end) as reason_1,
        max(case when reason_rank = 1 + 1 then sentence end) as reason_2,
        max(case when reason_rank = 1 + 1 + 1 then sentence end) as reason_3
    from reasons
    group by account_id, comparison_days, date_day
)

select
    cast(changed_days.account_id as {{ dbt.type_string() }}) as account_id,
    {%- for number in [1, 2, 3] %}
    cast(top_reasons.reason_{{ number }} as {{ dbt.type_string() }}) as reason_{{ number }},
    {%- endfor %}
    cast(changed_days.comparison_days as {{ dbt.type_int() }}) as comparison_days,
    cast(changed_days.score as decimal(7, 2)) as score,
    cast(changed_days.previous_score as decimal(7, 2)) as previous_score,
    cast(changed_days.score_change as decimal(7, 2)) as score_change,
    {%- for input in inputs %}
    cast(coalesce(changes_by_input.{{ input }}_change, 0) as decimal(9, 4)) as {{ input }}_change,
    {%- endfor %}
    cast(
        case
            when changed_days.is_new_model then coalesce(changes_by_input.weight_change, 0) else 0
        end
        as decimal(9, 4)
    ) as weight_change,
    cast(
        case
            when changed_days.is_new_model then 0 else coalesce(changes_by_input.weight_change, 0)
        end
        as decimal(9, 4)
    ) as coverage_change,
    cast(changed_days.override_change as decimal(7, 2)) as override_change,
    changed_days.date_day,
    changed_days.previous_day
from changed_days
left join changes_by_input
    on
        changed_days.account_id = changes_by_input.account_id
        and changed_days.comparison_days = changes_by_input.comparison_days
        and changed_days.date_day = changes_by_input.date_day
left join top_reasons
    on
        changed_days.account_id = top_reasons.account_id
        and changed_days.comparison_days = top_reasons.comparison_days
        and changed_days.date_day = top_reasons.date_day
