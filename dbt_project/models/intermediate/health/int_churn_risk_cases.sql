with

outcomes as (
    select * from {{ ref('int_health_outcomes') }}
    where outcome_type = 'renewal'
),

input_grades as (
    select * from {{ ref('int_health_input_grades_daily') }}
),

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings(['churn_risk_horizon_days']) }}
    from health_settings
),

questions as (
    select
        outcomes.*,
        {{ add_days('outcomes.outcome_date', '-settings.churn_risk_horizon_days') }} as date_day
    from outcomes
    cross join settings
)

select
    questions.account_id,
    questions.outcome_id as contract_id,
    account_health_daily.segment,
    account_health_daily.lifecycle_stage,
    input_grades.input_id,
    input_grades.input_grade,
    account_health_daily.raw_score,
    questions.is_lost,
    questions.date_day,
    questions.outcome_date as due_date,
    {{ add_days('questions.outcome_date', var('late_renewal_grace_days') | int) }} as known_date
from questions
inner join account_health_daily
    on
        questions.account_id = account_health_daily.account_id
        and questions.date_day = account_health_daily.date_day
inner join input_grades
    on
        questions.account_id = input_grades.account_id
        and questions.date_day = input_grades.date_day
where account_health_daily.raw_score is not null
