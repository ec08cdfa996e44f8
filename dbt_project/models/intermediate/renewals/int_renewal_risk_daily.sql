with

account_health as (
    select * from {{ ref('fct_account_health_daily') }}
)

select
    account_id,
    score as health_score,
    band as health_band,
    -- the model of churn risk writes this column; until it stands the band of health is the risk
    cast(null as double) as churn_risk,
    coalesce(band, 'unknown') as risk_band,
    date_day
from account_health
