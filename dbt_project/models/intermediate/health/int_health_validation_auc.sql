with

validation_cases as (
    select * from {{ ref('int_health_validation_slices') }}
    where outcome_type = 'renewal'
),

-- The worst sign has the highest rank; equal ones share the average of their ranks.
ranked as (
    select
        validation_cases.*,
        rank() over (
            partition by predictor_id, horizon_days, slice_type, slice
            order by predictor_value desc
        ) as first_rank,
        count(*) over (
            partition by predictor_id, horizon_days, slice_type, slice, predictor_value
        ) as equals
    from validation_cases
),

rank_sums as (
    select
        predictor_id,
        horizon_days,
        slice_type,
        slice,
        sum(case when is_lost then 1 else 0 end) as lost,
        sum(case when is_lost then 0 else 1 end) as kept,
        sum(case when is_lost then cast(2 * first_rank + equals - 1 as decimal(18, 0)) else 0 end)
            as twice_rank_sum
    from ranked
    group by predictor_id, horizon_days, slice_type, slice
),

areas as (
    select
        rank_sums.*,
        cast(
            {{ ratio('twice_rank_sum - lost * (lost + 1)', '2 * lost * kept') }} as decimal(9, 6)
        ) as auc
    from rank_sums
),

-- Hanley and McNeil 1982.
errors as (
    select
        areas.*,
        {{ ratio(
            'auc * (1 - auc)'
            ~ ' + (lost - 1) * (' ~ ratio('auc', '2 - auc') ~ ' - auc * auc)'
            ~ ' + (kept - 1) * (' ~ ratio('2 * auc * auc', '1 + auc') ~ ' - auc * auc)',
            'lost * kept'
        ) }} as variance
    from areas
)

select
    predictor_id,
    horizon_days,
    slice_type,
    slice,
    lost,
    kept,
    auc,
    cast(sqrt(greatest(variance, 0)) as decimal(9, 6)) as auc_standard_error
from errors
