{% set instead = {
    'status': "case
            when " ~ is_later('known.delivered_ended_at') ~ " or (
                known.status = 'canceled' and " ~ is_later('known.delivered_canceled_at') ~ "
            ) or known.status = 'active'
                then case when " ~ is_later('known.trial_end') ~ " then 'trialing' else 'active' end
            else known.status
        end",
    'cancel_at': 'case when not ' ~ is_later('known.delivered_canceled_at') ~ ' then known.cancel_at end',
    'cancel_at_period_end': 'known.cancel_at_period_end and not ' ~ is_later('known.delivered_canceled_at'),
    'cancellation_reason':
        'case when not ' ~ is_later('known.delivered_canceled_at') ~ ' then known.cancellation_reason end',
    'current_period_start': known('known.current_period_start'),
    'current_period_end':
        'case when not ' ~ is_later('known.current_period_start') ~ ' then known.current_period_end end',
    'current_term_end': 'coalesce(
            known.current_term_end,
            case when not ' ~ is_later('known.current_period_start') ~ ' then known.current_period_end end
        )',
    'auto_renew': 'coalesce(
            known.auto_renew,
            not coalesce(known.cancel_at_period_end and not ' ~ is_later('known.delivered_canceled_at') ~ ', false)
        )',
} %}

with

known as (

    {{ kept_rows('billing_subscriptions', delivered=true) }}

),

as_it_stood as (

    select
        {{ conformed_columns('billing_subscriptions', 'known', instead) }}
    from known

)

select * from as_it_stood
