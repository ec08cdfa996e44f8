with

account_health as (
    select * from {{ ref('fct_account_health_daily') }}
)

-- Days before the first accepted model of churn risk go by the band of health.
select
    account_id,
    score as health_score,
    band as health_band,
    cast(churn_risk as double) as churn_risk,
    coalesce(churn_risk_band, band, 'unknown') as risk_band,
    date_day
from account_health
