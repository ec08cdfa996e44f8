with

playbook_tasks as (
    select * from {{ ref('fct_playbook_tasks') }}
    where status in ('open', 'overdue')
),

actions as (
    select * from {{ ref('fct_cs_actions') }}
    where is_open
),

escalations as (
    select * from {{ ref('fct_escalations') }}
    where is_open
),

tickets as (
    select * from {{ ref('fct_tickets') }}
    where is_open
),

data_issues as (
    select * from {{ ref('fct_data_issues') }}
),

-- What is open at each account, whichever list it stands in.
work as (
    select
        account_id,
        'tasks' as kind,
        case when status = 'overdue' then 1 else 0 end as is_urgent,
        0 as arr_at_stake
    from playbook_tasks
    union all
    select
        account_id,
        'actions' as kind,
        case when is_overdue then 1 else 0 end as is_urgent,
        0 as arr_at_stake
    from actions
    union all
    select
        account_id,
        'escalations' as kind,
        0 as is_urgent,
        0 as arr_at_stake
    from escalations
    union all
    select
        account_id,
        'tickets' as kind,
        0 as is_urgent,
        0 as arr_at_stake
    from tickets
    union all
    select
        account_id,
        'data_issues' as kind,
        0 as is_urgent,
        arr_at_stake
    from data_issues
)

select
    account_id,
    {%- for kind in ['tasks', 'actions', 'escalations', 'tickets', 'data_issues'] %}
    {{ counted("kind = '" ~ kind ~ "'") }} as open_{{ kind }},
    {%- endfor %}
    {{ counted("kind = 'tasks' and is_urgent = 1") }} as overdue_tasks,
    {{ counted("kind = 'actions' and is_urgent = 1") }} as overdue_actions,
    cast(max(arr_at_stake) as decimal(18, 2)) as issues_arr_at_stake
from work
where account_id is not null
group by account_id
