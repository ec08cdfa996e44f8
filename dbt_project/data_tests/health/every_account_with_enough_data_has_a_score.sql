-- Accounts and days with enough data and no score, or with a score and too little data.
with

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
    where {{ in_tested_days('date_day', ref('fct_account_health_daily')) }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
)

select
    account_health_daily.account_id,
    account_health_daily.date_day,
    account_health_daily.coverage,
    account_health_daily.score
from account_health_daily
cross join health_settings
where
    health_settings.setting_id = 'health_min_weight'
    and (account_health_daily.coverage >= health_settings.setting_value)
    <> (account_health_daily.score is not null)
