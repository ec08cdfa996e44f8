with

input_grades as (
    select * from {{ ref('int_health_input_grades_daily') }}
),

accepted_models as (
    select * from {{ ref('int_churn_risk_models') }}
),

coefficients as (
    select * from {{ ref('churn_risk_coefficients') }}
),

bands as (
    select * from {{ ref('churn_risk_bands') }}
),

-- An input that isn't known says what it says of the average account: nothing.
log_odds as (
    select
        input_grades.account_id,
        accepted_models.model_id,
        cast(accepted_models.intercept + coalesce(sum(
            coefficients.coefficient * (input_grades.input_grade - coefficients.mean_grade)
        ), 0) as decimal(18, 8)) as log_odds,
        accepted_models.calibration_slope,
        accepted_models.calibration_intercept,
        input_grades.date_day
    from input_grades
    inner join accepted_models
        on
            input_grades.date_day >= accepted_models.valid_from
            and coalesce(input_grades.date_day < accepted_models.valid_to, true)
    inner join coefficients
        on
            input_grades.input_id = coefficients.input_id
            and accepted_models.model_id = coefficients.model_id
    where input_grades.raw_score is not null
    group by
        input_grades.account_id,
        input_grades.date_day,
        accepted_models.model_id,
        accepted_models.intercept,
        accepted_models.calibration_slope,
        accepted_models.calibration_intercept
),

-- Platt 1999: the logistic curve over a straight line of the model's log-odds.
risks as (
    select
        account_id,
        model_id,
        cast({{ ratio(
            '1', '1 + exp(-(calibration_intercept + calibration_slope * log_odds))'
        ) }} as decimal(9, 6)) as churn_risk,
        date_day
    from log_odds
)

select
    risks.account_id,
    risks.model_id,
    bands.risk_band,
    risks.churn_risk,
    risks.date_day
from risks
inner join bands
    on
        risks.churn_risk >= bands.lower_risk
        and coalesce(risks.churn_risk < bands.upper_risk, true)
