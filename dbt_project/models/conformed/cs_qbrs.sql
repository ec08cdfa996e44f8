{% set instead = {
    'status': "case
            when " ~ is_later('known.delivered_held_at') ~ " then 'Scheduled'
            when known.held_at is null and " ~ is_later('known.delivered_updated_at') ~ " then 'Scheduled'
            else known.status
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
