with

outcomes as (
    select * from {{ ref('int_health_outcomes') }}
    where outcome_type = 'churn'
),

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
),

-- The warning that ended in the loss: the days without green from the last green one to the loss.
warnings as (
    select
        outcomes.account_id,
        outcomes.outcome_date,
        max(case when account_health_daily.band = 'green' then account_health_daily.date_day end)
            as last_green_date,
        min(account_health_daily.date_day) as first_scored_date
    from outcomes
    inner join account_health_daily
        on
            outcomes.account_id = account_health_daily.account_id
            and outcomes.outcome_date > account_health_daily.date_day
    where account_health_daily.score is not null
    group by outcomes.account_id, outcomes.outcome_date
),

lead_times as (
    select
        account_id,
        outcome_date,
        {{ dbt.datediff(
            'coalesce(' ~ add_days('last_green_date', 1) ~ ', first_scored_date)', 'outcome_date', 'day'
        ) }} as lead_time_days
    from warnings
)

select * from lead_times
