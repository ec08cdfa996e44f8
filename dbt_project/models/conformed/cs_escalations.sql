{% set instead = {
    'status': "case
            when not (" ~ is_later('known.delivered_resolved_at') ~ ' or '
                ~ is_later('known.delivered_first_response_at') ~ ") then known.status
            when known.first_response_at is not null then 'In Progress'
            else 'Open'
        end",
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
