{% set was_changed_later = is_later('known.delivered_updated_at') %}
{% set instead = {
    'status': "case
            when not " ~ was_changed_later ~ " or known.closed_at is not null then known.status
            when coalesce(tasks_done.closed_tasks, 0) > 0 then 'In Progress'
            else 'Open'
        end",
    'is_closed': 'known.is_closed and not ' ~ is_later('known.delivered_closed_at'),
    'closed_tasks': 'case
            when ' ~ was_changed_later ~ ' then coalesce(tasks_done.closed_tasks, known.closed_tasks)
            else known.closed_tasks
        end',
} %}

with

known as (

    {{ kept_rows('cs_ctas', delivered=true) }}

),

cs_playbook_tasks as (

    select * from {{ ref('cs_playbook_tasks') }}

),

tasks_done as (

    select
        cta_id,
        count(completed_at) as closed_tasks
    from cs_playbook_tasks
    where cta_id is not null
    group by cta_id

),

as_it_stood as (

    select
        {{ conformed_columns('cs_ctas', 'known', instead) }}
    from known
    left join tasks_done
        on known.cta_id = tasks_done.cta_id

)

select * from as_it_stood
