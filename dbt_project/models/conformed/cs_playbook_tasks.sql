{% set instead = {
    'status': "case when " ~ is_later('known.delivered_completed_at') ~ " then 'Open' else known.status end",
} %}

with

known as (

    {{ kept_rows('cs_playbook_tasks', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('cs_playbook_tasks', 'known', instead) }}
    from known

)

select * from as_it_stood
