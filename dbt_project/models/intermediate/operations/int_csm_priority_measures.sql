with

account_360 as (
    select * from {{ ref('rpt_account_360') }}
    where is_active
),

escalations as (
    select * from {{ ref('fct_escalations') }}
    where is_open
),

renewal_warnings as (
    select * from {{ ref('fct_renewal_warnings') }}
),

playbook_tasks as (
    select * from {{ ref('fct_playbook_tasks') }}
    where status = 'overdue'
),

actions as (
    select * from {{ ref('fct_cs_actions') }}
    where is_overdue
),

-- What waits at an account, with the day since which it does and what it is.
waiting as (
    select
        account_id,
        'open_escalations' as measure_id,
        escalation_id as record_id,
        tier_id as detail,
        opened_date as since_date
    from escalations
    union all
    select
        account_id,
        'overdue_tasks' as measure_id,
        task_id as record_id,
        step_name as detail,
        due_date as since_date
    from playbook_tasks
    union all
    select
        account_id,
        'overdue_actions' as measure_id,
        action_id as record_id,
        action_name as detail,
        due_date as since_date
    from actions
),

numbered as (
    select
        *,
        row_number() over (
            partition by account_id, measure_id order by since_date asc, record_id asc
        ) as place,
        count(*) over (partition by account_id, measure_id) as things
    from waiting
),

measures as (
    select
        account_id,
        measure_id,
        cast(things as decimal(18, 4)) as measure_value,
        detail,
        since_date as key_date
    from numbered
    where place = 1
    -- A warning is of a renewal; an account with two has it once, the older one.
    union all
    select
        account_id,
        warning as measure_id,
        cast(max(days_standing) as decimal(18, 4)) as measure_value,
        cast(null as {{ dbt.type_string() }}) as detail,
        min(began_date) as key_date
    from renewal_warnings
    group by account_id, warning
    {%- for measure, value, detail, day in [
        ('days_to_renewal', 'days_to_renewal', 'null', 'next_renewal_date'),
        ('days_at_risk', 'case when is_renewal_at_risk then days_to_renewal end', 'null', 'next_renewal_date'),
        ('red_score', "case when health_band = 'red' then health_score end", 'null', 'null'),
        ('score_change_30d', 'health_score_change_30d', "coalesce(health_reason_1, 'no single cause')", 'null'),
        ('no_score', 'case when health_score is null then 1 end', 'null', 'null'),
        ('expansion_signal', 'expansion_estimated_arr', 'expansion_evidence', 'null'),
    ] %}
    union all
    select
        account_id,
        '{{ measure }}' as measure_id,
        cast({{ value }} as decimal(18, 4)) as measure_value,
        cast({{ detail }} as {{ dbt.type_string() }}) as detail,
        cast({{ day }} as date) as key_date
    from account_360
    {%- endfor %}
)

select * from measures
where measure_value is not null
