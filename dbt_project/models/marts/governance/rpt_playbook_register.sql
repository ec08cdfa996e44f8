with

register as (
    select * from {{ ref('playbook_register') }}
),

steps as (
    select * from {{ ref('playbook_steps') }}
),

renewal_steps as (
    select * from {{ ref('renewal_playbook') }}
),

tasks as (
    select * from {{ ref('cs_playbook_tasks') }}
),

ownership as (
    select * from {{ ref('ownership_in_force') }}
),

registered as (
    select
        register.*,
        {{ review_due(
            'register.last_review_date', 'register.valid_from', 'register.review_interval_months'
        ) }} as next_review_date
    from register
    where valid_from <= {{ as_of_day() }}
),

registered_steps as (
    select
        playbook_id,
        source_step
    from steps
    where valid_from <= {{ as_of_day() }}
    union all
    select
        playbook_id,
        source_step
    from renewal_steps
    where valid_from <= {{ as_of_day() }}
    group by playbook_id, source_step
),

-- Of a registered playbook what was opened within one review interval; older steps are no drift.
source_steps as (
    select
        tasks.playbook_id,
        tasks.playbook_step as source_step,
        count(*) as tasks
    from tasks
    left join registered
        on tasks.playbook_id = registered.playbook_id
    where
        registered.playbook_id is null
        or cast(coalesce(tasks.created_at, tasks.updated_at) as date)
        > {{ dbt.dateadd('month', '-registered.review_interval_months', as_of_day()) }}
    group by tasks.playbook_id, tasks.playbook_step
),

all_steps as (
    select
        coalesce(registered_steps.playbook_id, source_steps.playbook_id) as playbook_id,
        coalesce(registered_steps.source_step, source_steps.source_step) as step,
        coalesce(source_steps.tasks, 0) as tasks,
        registered_steps.playbook_id is not null as is_registered,
        source_steps.playbook_id is not null as is_in_source
    from registered_steps
    full outer join source_steps
        on
            registered_steps.playbook_id = source_steps.playbook_id
            and registered_steps.source_step = source_steps.source_step
),

compared as (
    select
        playbook_id,
        sum(tasks) as tasks_opened,
        {{ counted('is_registered') }} as registered_steps,
        {{ counted('is_in_source') }} as source_steps,
        {{ counted('is_in_source and not is_registered') }} as unknown_step_count,
        {{ counted('is_registered and not is_in_source') }} as unused_step_count,
        {{ dbt.listagg(
            "case when is_in_source and not is_registered then step end", "', '", "order by step"
        ) }} as unknown_steps,
        {{ dbt.listagg(
            "case when is_registered and not is_in_source then step end", "', '", "order by step"
        ) }} as unused_steps
    from all_steps
    where playbook_id is not null
    group by playbook_id
),

joined as (
    select
        coalesce(registered.playbook_id, compared.playbook_id) as register_id,
        registered.*,
        compared.unknown_steps,
        compared.unused_steps,
        coalesce(compared.tasks_opened, 0) as tasks_opened,
        coalesce(compared.registered_steps, 0) as registered_steps,
        coalesce(compared.source_steps, 0) as source_steps,
        coalesce(compared.unknown_step_count, 0) as unknown_step_count,
        coalesce(compared.unused_step_count, 0) as unused_step_count
    from registered
    full outer join compared
        on registered.playbook_id = compared.playbook_id
)

select
    joined.register_id as playbook_id,
    joined.playbook_name,
    joined.purpose,
    joined.trigger_text,
    joined.exit_criterion,
    joined.metrics,
    joined.escalation,
    coalesce(own.owner_team, all_own.owner_team) as owner_team,
    case
        when joined.last_review_date <= {{ as_of_day() }} then joined.reviewed_by
    end as reviewed_by,
    case
        when joined.playbook_id is null then 'not_registered'
        when joined.unknown_step_count > 0 then 'unknown_steps'
        when joined.unused_step_count > 0 then 'unused_steps'
        when joined.next_review_date < {{ as_of_day() }} then 'review_overdue'
        else 'in_order'
    end as status,
    joined.unknown_steps,
    joined.unused_steps,
    cast(joined.registered_steps as {{ dbt.type_int() }}) as registered_steps,
    cast(joined.source_steps as {{ dbt.type_int() }}) as source_steps,
    cast(joined.tasks_opened as {{ dbt.type_int() }}) as tasks_opened,
    cast(joined.review_interval_months as {{ dbt.type_int() }}) as review_interval_months,
    joined.playbook_id is not null as is_registered,
    coalesce(joined.next_review_date < {{ as_of_day() }}, false) as is_review_overdue,
    joined.playbook_id is null
    or joined.unknown_step_count + joined.unused_step_count > 0 as has_drifted,
    case
        when joined.last_review_date <= {{ as_of_day() }} then joined.last_review_date
    end as last_review_date,
    joined.next_review_date
from joined
left join ownership as own
    on
        own.kind = 'playbook' and own.scope = 'cs_platform'
        and joined.register_id = own.name
left join ownership as all_own
    on
        all_own.kind = 'playbook' and all_own.scope = 'cs_platform'
        and all_own.name = '*'
