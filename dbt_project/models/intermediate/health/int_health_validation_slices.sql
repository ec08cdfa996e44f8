with

validation_cases as (
    select * from {{ ref('int_health_validation_cases') }}
),

-- The score of the very accounts whose input or measure was known, to compare the two by.
where_known as (
    select
        outcome_type,
        account_id,
        outcome_id,
        segment,
        start_cohort,
        band,
        'score' as predictor_id,
        horizon_days,
        score,
        score as predictor_value,
        is_lost,
        outcome_date,
        date_day,
        'where_known' as slice_type,
        predictor_id as slice
    from validation_cases
    where
        outcome_type = 'renewal'
        and predictor_id not in ('score', 'raw_score')
),

-- The single inputs and measures are told of over all accounts only.
slices as (
    select
        validation_cases.*,
        'all' as slice_type,
        'all' as slice
    from validation_cases
    union all
    select
        validation_cases.*,
        'segment' as slice_type,
        coalesce(segment, '(none)') as slice
    from validation_cases
    where predictor_id = 'score'
    union all
    select
        validation_cases.*,
        'start_cohort' as slice_type,
        cast(start_cohort as {{ dbt.type_string() }}) as slice
    from validation_cases
    where predictor_id = 'score'
    union all
    select
        validation_cases.*,
        'score_decile' as slice_type,
        cast(ntile(10) over (
            partition by outcome_type, horizon_days
            order by predictor_value asc, account_id asc, outcome_date asc
        ) as {{ dbt.type_string() }}) as slice
    from validation_cases
    where predictor_id = 'score'
    union all
    select * from where_known
)

select * from slices
