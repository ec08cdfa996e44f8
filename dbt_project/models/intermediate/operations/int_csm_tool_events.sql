with

crm_activities as (
    select * from {{ ref('crm_activities') }}
    where not coalesce(is_deleted, false)
),

cs_ctas as (
    select * from {{ ref('cs_ctas') }}
),

cs_playbook_tasks as (
    select * from {{ ref('cs_playbook_tasks') }}
),

cs_health_overrides as (
    select * from {{ ref('cs_health_overrides') }}
),

cs_scorecards as (
    select * from {{ ref('cs_scorecards') }}
),

action_sources as (
    select * from {{ ref('action_sources') }}
),

csm_activity_kinds as (
    select * from {{ ref('csm_activity_kinds') }}
),

-- An activity leaves two traces: the day on which it was done, and that on which it was entered.
traces as (
    select
        owner_user_id as user_id,
        {{ label_key('activity_type') }} as activity_kind,
        cast(coalesce(completed_at, occurred_at) as date) as event_date
    from crm_activities
    where
        completed_at is not null
        or status is null
        or lower(status) in ('completed', 'held', 'done', 'closed')
    union all
    select
        owner_user_id as user_id,
        'entry' as activity_kind,
        cast(created_at as date) as event_date
    from crm_activities
    union all
    select
        cs_ctas.owner_user_id as user_id,
        'action_opened' as activity_kind,
        cast(cs_ctas.created_at as date) as event_date
    from cs_ctas
    inner join action_sources
        on {{ label_key('cs_ctas.source') }} = action_sources.source_label
    where action_sources.opened_by = 'person'
    union all
    select
        owner_user_id as user_id,
        'action_closed' as activity_kind,
        cast(closed_at as date) as event_date
    from cs_ctas
    union all
    select
        owner_user_id as user_id,
        'playbook_task' as activity_kind,
        cast(completed_at as date) as event_date
    from cs_playbook_tasks
    union all
    select
        author_user_id as user_id,
        'health_override' as activity_kind,
        cast(set_at as date) as event_date
    from cs_health_overrides
    union all
    select
        scored_by_user_id as user_id,
        'scorecard' as activity_kind,
        cast(scored_at as date) as event_date
    from cs_scorecards
),

by_day as (
    select
        user_id,
        activity_kind,
        count(*) as events,
        event_date
    from traces
    where
        user_id is not null
        and event_date <= {{ as_of_day() }}
    group by user_id, activity_kind, event_date
),

-- A kind without a row of its own is judged by the row *.
judged as (
    select
        by_day.user_id,
        by_day.activity_kind,
        by_day.events,
        coalesce(own_kind.counts_as_use, other_kind.counts_as_use) as counts_as_use,
        coalesce(own_kind.is_required, other_kind.is_required) as is_required,
        by_day.event_date
    from by_day
    left join csm_activity_kinds as own_kind
        on by_day.activity_kind = own_kind.activity_kind
    left join csm_activity_kinds as other_kind
        on other_kind.activity_kind = '*'
)

select
    user_id,
    sum(events) as events,
    sum(case when counts_as_use then events else 0 end) as use_events,
    sum(case when is_required then events else 0 end) as required_activities,
    event_date
from judged
group by user_id, event_date
