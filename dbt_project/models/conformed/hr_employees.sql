{% set instead = {
    'is_active': "case
            when " ~ is_later('known.start_date') ~ " then false
            when known.end_date is null then known.is_active
            else " ~ is_later('known.end_date') ~ "
        end",
} %}

with

known as (

    {{ kept_rows('hr_employees', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('hr_employees', 'known', instead) }}
    from known

)

select * from as_it_stood
