with

validation_slices as (
    select * from {{ ref('int_health_validation_slices') }}
    where
        outcome_type = 'renewal'
        and predictor_id in ('score', 'churn_risk')
        and slice_type not in ('score_decile', 'where_known')
),

-- 1 - score / 100 stands for a chance of a loss that the score doesn't claim to be; the risk does.
errors as (
    select
        predictor_id,
        horizon_days,
        slice_type,
        slice,
        is_lost,
        cast({{ ratio('100 - predictor_value', '100') }} as decimal(9, 6))
        - case when is_lost then 1 else 0 end as error
    from validation_slices
),

squares as (
    select
        predictor_id,
        horizon_days,
        slice_type,
        slice,
        is_lost,
        cast(error * error as decimal(18, 10)) as squared_error
    from errors
),

sums as (
    select
        predictor_id,
        horizon_days,
        slice_type,
        slice,
        sum(case when is_lost then 1 else 0 end) as lost,
        count(*) as cases,
        sum(squared_error) as error_sum,
        sum(cast(squared_error * squared_error as decimal(18, 10))) as square_sum
    from squares
    group by predictor_id, horizon_days, slice_type, slice
),

means as (
    select
        sums.*,
        {{ ratio('error_sum', 'cases') }} as brier,
        {{ ratio('square_sum', 'cases') }} as mean_square
    from sums
)

select
    predictor_id,
    horizon_days,
    slice_type,
    slice,
    lost,
    cases,
    cast(brier as decimal(12, 6)) as brier,
    cast(
        sqrt(greatest({{ ratio('mean_square - brier * brier', 'cases') }}, 0)) as decimal(12, 6)
    ) as brier_standard_error
from means
