with

validation_cases as (
    select * from {{ ref('int_health_validation_cases') }}
),

-- The single inputs and measures are compared with the score over all accounts only.
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
)

select * from slices
