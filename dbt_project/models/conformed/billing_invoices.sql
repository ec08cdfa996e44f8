{% set instead = {
    'status': "case
            when " ~ is_later('known.delivered_finalized_at') ~ " then 'draft'
            when known.status = 'paid' and " ~ is_later('known.delivered_paid_at') ~ " then 'open'
            when known.status = 'void' and " ~ is_later('known.delivered_voided_at') ~ " then 'open'
            else known.status
        end",
    'amount_paid':
        'case when ' ~ is_later('known.delivered_paid_at') ~ ' then 0 else known.amount_paid end',
    'amount_remaining':
        'case when ' ~ is_later('known.delivered_paid_at') ~ ' then known.amount_due else known.amount_remaining end',
} %}

with

known as (

    {{ kept_rows('billing_invoices', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('billing_invoices', 'known', instead) }}
    from known

)

select * from as_it_stood
