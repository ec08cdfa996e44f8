with

renewals as (
    select * from {{ ref('fct_renewals') }}
),

contracts as (
    select * from {{ ref('int_renewal_contracts') }}
),

account_history as (
    select * from {{ ref('fct_account_history') }}
),

playbook as (
    select * from {{ ref('renewal_playbook') }}
),

tasks as (
    select * from {{ ref('cs_playbook_tasks') }}
),

settings as (
    {{ renewal_settings_row(['timeline_days', 'task_stale_days']) }}
),

-- Before the CS platform was there nobody could close a step.
first_tasks as (
    select min(cast(created_at as date)) as first_task_date from tasks
),

opened as (
    select
        renewals.contract_id,
        renewals.account_id,
        renewals.due_date as renewal_date,
        renewals.closed_date as renewal_closed_date,
        greatest(
            {{ add_days('renewals.due_date', '-settings.timeline_days') }},
            contracts.start_date,
            contracts.signed_date
        ) as opened_date,
        settings.task_stale_days
    from renewals
    cross join settings
    inner join contracts
        on renewals.contract_id = contracts.contract_id
    where not renewals.is_coterm_stub
),

-- The segment of the day on which the calendar opens decides the steps, so they never change
-- again.
placed as (
    select
        opened.*,
        account_history.csm_user_id,
        account_history.segment,
        coalesce(own_steps.segment, 'all') as playbook_segment
    from opened
    cross join first_tasks
    left join account_history
        on
            opened.account_id = account_history.account_id
            and opened.opened_date >= account_history.valid_from
            and coalesce(opened.opened_date < account_history.valid_to, true)
    left join (select distinct segment from playbook) as own_steps
        on account_history.segment = own_steps.segment
    where
        opened.opened_date <= {{ as_of_day() }}
        and opened.opened_date >= coalesce(first_tasks.first_task_date, {{ as_of_day() }})
)

select
    placed.contract_id,
    placed.account_id,
    placed.csm_user_id,
    placed.segment,
    playbook.playbook_id,
    playbook.step_number,
    playbook.step_name,
    playbook.source_step,
    playbook.activity,
    playbook.days_before,
    playbook.is_required,
    placed.renewal_date,
    placed.renewal_closed_date,
    placed.opened_date,
    case
        when {{ add_days('placed.renewal_date', '-playbook.days_before') }} < placed.opened_date
            then {{ add_days('placed.opened_date', 'placed.task_stale_days') }}
        else {{ add_days('placed.renewal_date', '-playbook.days_before') }}
    end as due_date
from placed
inner join playbook
    on placed.playbook_segment = playbook.segment
