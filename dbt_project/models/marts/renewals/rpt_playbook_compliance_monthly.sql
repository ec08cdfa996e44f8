with

tasks as (
    select * from {{ ref('fct_playbook_tasks') }}
    where is_required and due_date is not null
),

counted as (
    select
        cast({{ dbt.date_trunc('month', 'due_date') }} as date) as month_start_date,
        playbook_id,
        coalesce(csm_user_id, '(none)') as csm_user_id,
        sum(case when is_due then 1 else 0 end) as tasks_due,
        sum(case when is_done_on_time then 1 else 0 end) as tasks_done_on_time,
        sum(case when is_due and status = 'done_late' then 1 else 0 end) as tasks_done_late,
        sum(case when is_due and status = 'overdue' then 1 else 0 end) as tasks_overdue,
        sum(case when opened_by = 'calendar' then 1 else 0 end) as tasks_opened_by_calendar,
        sum(case when source_task_id is null then 1 else 0 end) as tasks_unknown_to_platform
    from tasks
    where due_date <= {{ as_of_day() }}
    group by
        cast({{ dbt.date_trunc('month', 'due_date') }} as date),
        playbook_id,
        coalesce(csm_user_id, '(none)')
)

select
    cast(playbook_id as {{ dbt.type_string() }}) as playbook_id,
    cast(csm_user_id as {{ dbt.type_string() }}) as csm_user_id,
    {%- for count in [
        'tasks_due', 'tasks_done_on_time', 'tasks_done_late', 'tasks_overdue',
        'tasks_opened_by_calendar', 'tasks_unknown_to_platform',
    ] %}
    cast({{ count }} as {{ dbt.type_int() }}) as {{ count }},
    {%- endfor %}
    {{ ratio('tasks_done_on_time', 'tasks_due') }} as playbook_compliance,
    month_start_date
from counted
