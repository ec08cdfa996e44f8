with

outcomes as (
    select * from {{ ref('int_health_outcomes') }}
),

health_horizons as (
    select * from {{ ref('health_horizons') }}
),

answers as (
    select * from {{ ref('int_health_validation_answers') }}
),

questions as (
    select
        outcomes.*,
        health_horizons.horizon_days,
        {{ add_days('outcomes.outcome_date', '-health_horizons.horizon_days') }} as date_day
    from outcomes
    cross join health_horizons
)

select
    questions.outcome_type,
    questions.account_id,
    questions.outcome_id,
    answers.segment,
    questions.start_cohort,
    answers.band,
    answers.predictor_id,
    questions.horizon_days,
    answers.score,
    answers.predictor_value,
    questions.is_lost,
    questions.outcome_date,
    questions.date_day
from questions
inner join answers
    on
        questions.account_id = answers.account_id
        and questions.date_day = answers.question_date
where answers.predictor_value is not null
