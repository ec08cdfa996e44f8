{% set instead = {
    'occurred_at': "case
            when " ~ is_later('known.delivered_completed_at') ~ " and known.occurred_at = known.delivered_completed_at
                then coalesce(known.due_at, known.created_at, known.occurred_at)
            else known.occurred_at
        end",
    'status': "case when " ~ is_later('known.delivered_completed_at') ~ " then 'Open' else known.status end",
    'outcome': 'case when not ' ~ is_later('known.delivered_completed_at') ~ ' then known.outcome end',
    'sentiment': 'case when not ' ~ is_later('known.delivered_completed_at') ~ ' then known.sentiment end',
} %}

with

known as (

    {{ kept_rows('crm_activities', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('crm_activities', 'known', instead) }}
    from known

)

select * from as_it_stood
