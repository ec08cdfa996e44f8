with

validation_cases as (
    select * from {{ ref('int_health_validation_slices') }}
    where outcome_type = 'renewal'
),

-- Grades and scores take few values: counting per value first spares ordering every case.
by_value as (
    select
        predictor_id,
        horizon_days,
        slice_type,
        slice,
        predictor_value,
        cast(sum(case when is_lost then 1 else 0 end) as decimal(18, 0)) as lost,
        cast(sum(case when is_lost then 0 else 1 end) as decimal(18, 0)) as kept
    from validation_cases
    group by predictor_id, horizon_days, slice_type, slice, predictor_value
),

beside_better as (
    select
        by_value.*,
        coalesce(sum(kept) over (
            partition by predictor_id, horizon_days, slice_type, slice
            order by predictor_value desc
            rows between unbounded preceding and 1 preceding
        ), 0) as better_kept
    from by_value
),

-- A lost renewal with the worse sign than a kept one makes a pair in the right order, with the same one half of it.
pairs as (
    select
        predictor_id,
        horizon_days,
        slice_type,
        slice,
        cast(sum(lost) as {{ dbt.type_bigint() }}) as lost,
        cast(sum(kept) as {{ dbt.type_bigint() }}) as kept,
        sum(lost * (2 * better_kept + kept)) as twice_right_pairs
    from beside_better
    group by predictor_id, horizon_days, slice_type, slice
),

areas as (
    select
        pairs.*,
        cast({{ ratio('twice_right_pairs', '2 * lost * kept') }} as decimal(9, 6)) as auc
    from pairs
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
