with

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
),

health_comparisons as (
    select * from {{ ref('health_comparisons') }}
),

pairs as (
    select
        account_health_daily.account_id,
        health_comparisons.comparison_days,
        health_comparisons.period,
        account_health_daily.score,
        account_health_daily.raw_score,
        account_health_daily.model_version,
        account_health_daily.override_band,
        account_health_daily.override_author_user_id,
        account_health_daily.override_reason,
        account_health_daily.date_day,
        {{ add_days('account_health_daily.date_day', '-health_comparisons.comparison_days') }}
            as previous_day
    from account_health_daily
    cross join health_comparisons
    where account_health_daily.score is not null
),

score_changes as (
    select
        pairs.*,
        earlier.score as previous_score,
        earlier.override_band as previous_override_band,
        pairs.score - earlier.score as score_change,
        (pairs.score - pairs.raw_score) - (earlier.score - earlier.raw_score) as override_change,
        pairs.model_version <> earlier.model_version as is_new_model
    from pairs
    inner join account_health_daily as earlier
        on
            pairs.account_id = earlier.account_id
            and pairs.previous_day = earlier.date_day
    where earlier.score is not null
)

select * from score_changes
where score_change <> 0
