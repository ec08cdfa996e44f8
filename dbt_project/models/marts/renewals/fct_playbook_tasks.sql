with

calendar as (
    select * from {{ ref('int_renewal_calendar') }}
),

matches as (
    select * from {{ ref('int_renewal_task_matches') }}
),

tasks as (
    select * from {{ ref('cs_playbook_tasks') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

-- One task per renewal and step, opened by the calendar, closed when the CS platform says so. A
-- renewal that is settled before a step is due needs it no more.
demanded as (
    select
        calendar.contract_id || '|' || calendar.playbook_id || '|'
        || cast(calendar.step_number as {{ dbt.type_string() }}) as task_id,
        tasks.task_id as source_task_id,
        calendar.contract_id,
        calendar.account_id,
        calendar.playbook_id,
        calendar.step_name,
        calendar.activity,
        'calendar' as opened_by,
        tasks.owner_user_id,
        calendar.days_before,
        calendar.is_required,
        calendar.opened_date,
        calendar.due_date,
        cast(tasks.completed_at as date) as done_date,
        calendar.renewal_closed_date as settled_date
    from calendar
    left join matches
        on
            calendar.contract_id = matches.contract_id
            and calendar.step_number = matches.step_number
    left join tasks
        on matches.task_id = tasks.task_id
),

others as (
    select
        tasks.task_id,
        tasks.task_id as source_task_id,
        cast(null as {{ dbt.type_string() }}) as contract_id,
        coalesce(account_survivors.surviving_account_id, tasks.account_id) as account_id,
        tasks.playbook_id,
        tasks.playbook_step as step_name,
        cast(null as {{ dbt.type_string() }}) as activity,
        'cs_platform' as opened_by,
        tasks.owner_user_id,
        cast(null as {{ dbt.type_int() }}) as days_before,
        coalesce(tasks.is_required, true) as is_required,
        cast(coalesce(tasks.created_at, tasks.updated_at) as date) as opened_date,
        tasks.due_date,
        cast(tasks.completed_at as date) as done_date,
        cast(null as date) as settled_date
    from tasks
    left join matches
        on tasks.task_id = matches.task_id
    left join account_survivors
        on tasks.account_id = account_survivors.account_id
    where matches.task_id is null
),

all_tasks as (
    select * from demanded
    union all
    select * from others
),

judged as (
    select
        all_tasks.*,
        case
            when done_date <= due_date or (done_date is not null and due_date is null) then 'done'
            when done_date is not null then 'done_late'
            when settled_date <= due_date then 'not_needed'
            when due_date < {{ as_of_day() }} then 'overdue'
            else 'open'
        end as status
    from all_tasks
)

select
    cast(judged.task_id as {{ dbt.type_string() }}) as task_id,
    judged.source_task_id,
    judged.contract_id,
    judged.account_id,
    account_history.csm_user_id,
    account_history.segment,
    judged.owner_user_id,
    judged.playbook_id,
    judged.step_name,
    judged.activity,
    judged.opened_by,
    judged.status,
    cast(judged.days_before as {{ dbt.type_int() }}) as days_before,
    judged.is_required,
    judged.is_required
    and (
        judged.status in ('done', 'done_late', 'overdue')
        and judged.due_date <= {{ as_of_day() }}
    ) as is_due,
    judged.is_required and judged.status = 'done' and judged.due_date <= {{ as_of_day() }}
        as is_done_on_time,
    judged.opened_date,
    judged.due_date,
    case
        when judged.done_date is not null then judged.done_date
        when judged.status = 'not_needed' then judged.settled_date
    end as closed_date
from judged
left join account_history
    on
        judged.account_id = account_history.account_id
        and coalesce(least(judged.due_date, {{ as_of_day() }}), judged.opened_date)
        >= account_history.valid_from
        and coalesce(
            coalesce(least(judged.due_date, {{ as_of_day() }}), judged.opened_date)
            < account_history.valid_to, true
        )
