{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}

with

quantities_daily as (
    select * from {{ ref('int_health_quantities_daily') }}
    where {{ is_new_day(first_day, last_day) }}
),

measure_grades as (
    select * from {{ ref('int_health_measure_grades') }}
    where {{ is_new_day(first_day, last_day) }}
),

weights as (
    select * from {{ ref('int_health_weights') }}
),

health_settings as (
    select * from {{ ref('health_settings') }}
),

settings as (
    select {{ chosen_settings(['health_min_weight', 'input_min_weight']) }}
    from health_settings
),

stages_with_weights as (
    select lifecycle_stage
    from weights
    group by lifecycle_stage
),

graded_measures as (
    select
        account_id,
        input_id,
        date_day,
        sum(measure_weight) as measure_weight,
        sum(measure_weight * grade) as weighted_grade
    from measure_grades
    group by account_id, input_id, date_day
),

inputs as (
    select
        quantities_daily.account_id,
        weights.input_id,
        weights.model_version,
        weights.weight,
        cast(coalesce(graded_measures.measure_weight, 0) as decimal(6, 4)) as measure_weight,
        coalesce(graded_measures.measure_weight >= settings.input_min_weight, false) as is_present,
        case
            when graded_measures.measure_weight >= settings.input_min_weight then cast(
                {{ ratio('graded_measures.weighted_grade', 'graded_measures.measure_weight') }}
                as decimal(9, 4)
            )
        end as input_grade,
        settings.health_min_weight,
        quantities_daily.date_day
    from quantities_daily
    cross join settings
    left join stages_with_weights
        on quantities_daily.lifecycle_stage = stages_with_weights.lifecycle_stage
    inner join weights
        on
            coalesce(quantities_daily.segment, 'none') = weights.segment
            and coalesce(stages_with_weights.lifecycle_stage, 'other') = weights.lifecycle_stage
            and quantities_daily.date_day >= weights.valid_from
            and coalesce(quantities_daily.date_day < weights.valid_to, true)
    left join graded_measures
        on
            quantities_daily.account_id = graded_measures.account_id
            and quantities_daily.date_day = graded_measures.date_day
            and weights.input_id = graded_measures.input_id
),

totals as (
    select
        account_id,
        date_day,
        sum(case when is_present then weight else 0 end) as coverage,
        sum(case when is_present then weight * input_grade else 0 end) as weighted_grade,
        max(health_min_weight) as health_min_weight
    from inputs
    group by account_id, date_day
),

input_grades as (
    select
        inputs.account_id,
        inputs.input_id,
        inputs.model_version,
        inputs.weight,
        case
            when inputs.is_present and totals.coverage >= totals.health_min_weight then cast(
                {{ ratio('inputs.weight', 'totals.coverage') }} as decimal(9, 6)
            )
        end as effective_weight,
        inputs.measure_weight,
        inputs.input_grade,
        cast(totals.coverage as decimal(6, 4)) as coverage,
        case
            when totals.coverage >= totals.health_min_weight then cast(
                {{ ratio('totals.weighted_grade', 'totals.coverage') }} as decimal(7, 2)
            )
        end as raw_score,
        inputs.is_present,
        inputs.date_day
    from inputs
    inner join totals
        on inputs.account_id = totals.account_id and inputs.date_day = totals.date_day
)

select * from input_grades
