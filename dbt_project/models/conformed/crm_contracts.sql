{% set instead = {
    'status': "case
            when " ~ is_later('known.delivered_activated_at') ~ " then 'Draft'
            when lower(known.status) in ('expired', 'terminated', 'canceled', 'cancelled')
                and " ~ is_later('known.delivered_updated_at') ~ " and " ~ is_later('known.end_date') ~ "
                then 'Activated'
            else known.status
        end",
} %}

with

known as (

    {{ kept_rows('crm_contracts', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('crm_contracts', 'known', instead) }}
    from known

)

select * from as_it_stood
