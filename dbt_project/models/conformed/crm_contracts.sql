{% set was_terminated_later = "lower(known.status) in ('terminated', 'canceled', 'cancelled')
                and " ~ is_later('known.delivered_updated_at') ~ " and " ~ is_later('known.end_date') %}
{% set instead = {
    'status': "case
            when " ~ is_later('known.delivered_activated_at') ~ " then 'Draft'
            when lower(known.status) in ('expired', 'terminated', 'canceled', 'cancelled')
                and " ~ is_later('known.delivered_updated_at') ~ " and " ~ is_later('known.end_date') ~ "
                then 'Activated'
            else known.status
        end",
    'end_date': 'case
            when not (' ~ was_terminated_later ~ ') then known.end_date
            when known.term_months is not null
                then cast(' ~ dbt.dateadd('month', 'known.term_months', 'known.start_date') ~ ' as date)
        end',
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
