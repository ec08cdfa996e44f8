with

validation_cases as (
    select * from {{ ref('int_health_validation_cases') }}
),

-- The score of the very accounts whose input or measure was known, to compare the two by.
where_known as (
    select
        scores.*,
        'where_known' as slice_type,
        parts.predictor_id as slice
    from validation_cases as scores
    inner join validation_cases as parts
        on
            scores.outcome_type = parts.outcome_type
            and scores.account_id = parts.account_id
            and scores.outcome_date = parts.outcome_date
            and scores.horizon_days = parts.horizon_days
    where
        scores.outcome_type = 'renewal'
        and scores.predictor_id = 'score'
        and parts.predictor_id not in ('score', 'raw_score')
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
