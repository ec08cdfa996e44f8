{% set instead = {
    'status': "case when " ~ is_later('known.delivered_resolved_at') ~ " then 'Open' else known.status end",
} %}

with

known as (

    {{ kept_rows('cs_escalations', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('cs_escalations', 'known', instead) }}
    from known

)

select * from as_it_stood
