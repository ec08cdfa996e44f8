{% set instead = {
    'status': "case
            when " ~ is_later('known.delivered_active_at') ~ " then 'Draft'
            when " ~ is_later('known.delivered_closed_at') ~ " then 'Active'
            else known.status
        end",
} %}

with

known as (

    {{ kept_rows('cs_success_plans', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('cs_success_plans', 'known', instead) }}
    from known

)

select * from as_it_stood
