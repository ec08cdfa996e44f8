{% set instead = {
    'status': "case
            when not " ~ is_later('known.delivered_held_at') ~ " then known.status
            when known.scheduled_at is not null then 'Scheduled'
            else 'Due'
        end",
    'exec_sponsor_present':
        'case when not ' ~ is_later('known.delivered_held_at') ~ ' then known.exec_sponsor_present end',
} %}

with

known as (

    {{ kept_rows('cs_qbrs', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('cs_qbrs', 'known', instead) }}
    from known

)

select * from as_it_stood
