with

calendar as (
    select * from {{ ref('int_renewal_calendar') }}
),

tasks as (
    select * from {{ ref('cs_playbook_tasks') }}
),

account_survivors as (
    select * from {{ ref('int_account_survivors') }}
),

settings as (
    {{ renewal_settings_row(['task_match_days']) }}
),

-- A step of the calendar and a task of the CS platform: same account, playbook and step, and due
-- about the same day.
pairs as (
    select
        calendar.contract_id,
        calendar.step_number,
        tasks.task_id,
        abs({{ dbt.datediff('calendar.due_date', 'tasks.due_date', 'day') }}) as days_apart
    from calendar
    inner join account_survivors
        on calendar.account_id = account_survivors.surviving_account_id
    inner join tasks
        on
            account_survivors.account_id = tasks.account_id
            and calendar.playbook_id = tasks.playbook_id
            and calendar.source_step = tasks.playbook_step
),

ranked as (
    select
        pairs.*,
        row_number() over (
            partition by pairs.contract_id, pairs.step_number
            order by pairs.days_apart asc, pairs.task_id asc
        ) as task_number,
        row_number() over (
            partition by pairs.task_id
            order by pairs.days_apart asc, pairs.contract_id asc, pairs.step_number asc
        ) as step_rank
    from pairs
    cross join settings
    where pairs.days_apart <= settings.task_match_days
)

select
    contract_id,
    step_number,
    task_id
from ranked
where task_number = 1 and step_rank = 1
