with

measure_changes as (
    select * from {{ ref('int_health_measure_changes') }}
),

score_changes as (
    select * from {{ ref('int_health_score_changes') }}
),

-- Something that came or went changed the score by as much as its grade differed from the rest.
effects as (
    select
        account_id,
        comparison_days,
        date_day,
        input_id,
        measure_id,
        score_change * case
            when previous_grade is null then effective_weight * (grade - previous_score)
            when grade is null then previous_effective_weight * (score - previous_grade)
            else previous_effective_weight * (grade - previous_grade)
        end as strength,
        case
            when measure_id = 'all' and (grade is null or previous_grade is null) then 1 else 0
        end as is_input_that_came_or_went
    from measure_changes
),

inputs_that_came_or_went as (
    select
        account_id,
        comparison_days,
        date_day,
        input_id
    from effects
    where is_input_that_came_or_went = 1
),

-- An input is told of as a whole when it came or went, else by its measures.
strengths as (
    select
        account_id,
        comparison_days,
        date_day,
        input_id as reason_id,
        'input' as reason_type,
        strength
    from effects
    where is_input_that_came_or_went = 1
    union all
    select
        effects.account_id,
        effects.comparison_days,
        effects.date_day,
        effects.measure_id as reason_id,
        'measure' as reason_type,
        effects.strength
    from effects
    left join inputs_that_came_or_went as inputs
        on
            effects.account_id = inputs.account_id
            and effects.comparison_days = inputs.comparison_days
            and effects.date_day = inputs.date_day
            and effects.input_id = inputs.input_id
    where
        effects.measure_id <> 'all'
        and inputs.account_id is null
    union all
    select
        account_id,
        comparison_days,
        date_day,
        'override' as reason_id,
        'override' as reason_type,
        override_change * score_change as strength
    from score_changes
    union all
    select
        account_id,
        comparison_days,
        date_day,
        'weights' as reason_id,
        'weights' as reason_type,
        cast(0.0001 as decimal(9, 4)) as strength
    from score_changes
    where is_new_model
),

ranked as (
    select
        strengths.*,
        cast(row_number() over (
            partition by account_id, comparison_days, date_day
            order by strength desc, reason_id asc
        ) as {{ dbt.type_int() }}) as reason_rank
    from strengths
    where strength > 0
)

select * from ranked
where reason_rank <= 1 + 1 + 1
