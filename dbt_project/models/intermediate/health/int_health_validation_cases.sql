with

outcomes as (
    select * from {{ ref('int_health_outcomes') }}
),

health_horizons as (
    select * from {{ ref('health_horizons') }}
),

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
),

health_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
),

questions as (
    select
        outcomes.*,
        health_horizons.horizon_days,
        {{ add_days('outcomes.outcome_date', '-health_horizons.horizon_days') }} as date_day
    from outcomes
    cross join health_horizons
),

scored as (
    select
        questions.*,
        account_health_daily.segment,
        account_health_daily.band,
        account_health_daily.score,
        account_health_daily.raw_score,
        account_health_daily.churn_risk
    from questions
    inner join account_health_daily
        on
            questions.account_id = account_health_daily.account_id
            and questions.date_day = account_health_daily.date_day
    where account_health_daily.score is not null
),

-- The score beside what its inputs and measures would have said alone.
cases as (
    select
        scored.*,
        'score' as predictor_id,
        scored.score as predictor_value
    from scored
    union all
    select
        scored.*,
        'raw_score' as predictor_id,
        scored.raw_score as predictor_value
    from scored
    union all
    -- Turned around, so that less is a worse sign here too.
    select
        scored.*,
        'churn_risk' as predictor_id,
        100 - 100 * scored.churn_risk as predictor_value
    from scored
    where scored.churn_risk is not null
    union all
    select
        scored.*,
        case
            when health_inputs.measure_id = 'all' then health_inputs.input_id
            else health_inputs.measure_id
        end as predictor_id,
        health_inputs.grade as predictor_value
    from scored
    inner join health_inputs
        on
            scored.account_id = health_inputs.account_id
            and scored.date_day = health_inputs.date_day
    where health_inputs.grade is not null
)

select
    outcome_type,
    account_id,
    outcome_id,
    segment,
    start_cohort,
    band,
    predictor_id,
    horizon_days,
    cast(predictor_value as decimal(9, 4)) as predictor_value,
    is_lost,
    outcome_date,
    date_day
from cases
