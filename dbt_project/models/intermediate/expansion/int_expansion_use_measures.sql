with

quantities_daily as (
    select * from {{ ref('int_health_quantities_daily') }}
),

health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
),

use_measures as (
    select
        account_id,
        'seats_nearly_used' as signal_type,
        'seats' as subject,
        active_users as part,
        seats as whole,
        date_day
    from quantities_daily
    where
        has_users
        and seats > 0
    union all
    select
        quantities_daily.account_id,
        'healthy_and_growing' as signal_type,
        'users' as subject,
        quantities_daily.active_users as part,
        cast({{ ratio(
            'quantities_daily.baseline_users', 'quantities_daily.baseline_days_known'
        ) }} as decimal(18, 4)) as whole,
        quantities_daily.date_day
    from quantities_daily
    inner join health_daily
        on
            quantities_daily.account_id = health_daily.account_id
            and quantities_daily.date_day = health_daily.date_day
    where
        health_daily.band = 'green'
        and quantities_daily.has_baseline
        and quantities_daily.baseline_users > 0
)

select * from use_measures
