{% set instead = {
    'status': "case when " ~ is_later('known.delivered_voided_at') ~ " then 'issued' else known.status end",
} %}

with

known as (

    {{ kept_rows('billing_credit_notes', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('billing_credit_notes', 'known', instead) }}
    from known

)

select * from as_it_stood
