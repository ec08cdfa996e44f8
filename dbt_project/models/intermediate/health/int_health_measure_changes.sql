{%- set first_day = first_new_day() -%}
{%- set last_day = last_new_day(first_day) -%}

with

score_changes as (
    select * from {{ ref('int_health_score_changes') }}
    where {{ is_new_day(first_day, last_day) }}
),

health_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where
        is_present
        and {{ is_new_day(first_day, last_day) }}
),

earlier_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    where
        is_present
        {%- if first_day %}
        and {{ is_compared_with('date_day', first_day, last_day) }}
        {%- else %}
        and date_day < {{ day_literal(last_day) }}
        {%- endif %}
),

-- What is part of the score on the day beside what it was; then what was and no longer is.
measure_changes as (
    select
        score_changes.account_id,
        score_changes.comparison_days,
        score_changes.score,
        score_changes.previous_score,
        score_changes.score_change,
        health_inputs.input_id,
        health_inputs.measure_id,
        health_inputs.measure_value,
        previous_inputs.measure_value as previous_measure_value,
        health_inputs.numerator,
        previous_inputs.numerator as previous_numerator,
        health_inputs.denominator,
        previous_inputs.denominator as previous_denominator,
        health_inputs.grade,
        previous_inputs.grade as previous_grade,
        health_inputs.effective_weight,
        previous_inputs.effective_weight as previous_effective_weight,
        health_inputs.contribution - coalesce(previous_inputs.contribution, 0)
            as contribution_change,
        score_changes.date_day
    from score_changes
    inner join health_inputs
        on
            score_changes.account_id = health_inputs.account_id
            and score_changes.date_day = health_inputs.date_day
    left join earlier_inputs as previous_inputs
        on
            score_changes.account_id = previous_inputs.account_id
            and score_changes.previous_day = previous_inputs.date_day
            and health_inputs.input_id = previous_inputs.input_id
            and health_inputs.measure_id = previous_inputs.measure_id
    union all
    select
        score_changes.account_id,
        score_changes.comparison_days,
        score_changes.score,
        score_changes.previous_score,
        score_changes.score_change,
        previous_inputs.input_id,
        previous_inputs.measure_id,
        cast(null as decimal(18, 4)) as measure_value,
        previous_inputs.measure_value as previous_measure_value,
        cast(null as decimal(18, 4)) as numerator,
        previous_inputs.numerator as previous_numerator,
        cast(null as decimal(18, 4)) as denominator,
        previous_inputs.denominator as previous_denominator,
        cast(null as decimal(9, 4)) as grade,
        previous_inputs.grade as previous_grade,
        cast(null as decimal(9, 6)) as effective_weight,
        previous_inputs.effective_weight as previous_effective_weight,
        -previous_inputs.contribution as contribution_change,
        score_changes.date_day
    from score_changes
    inner join earlier_inputs as previous_inputs
        on
            score_changes.account_id = previous_inputs.account_id
            and score_changes.previous_day = previous_inputs.date_day
    left join health_inputs
        on
            score_changes.account_id = health_inputs.account_id
            and score_changes.date_day = health_inputs.date_day
            and previous_inputs.input_id = health_inputs.input_id
            and previous_inputs.measure_id = health_inputs.measure_id
    where health_inputs.account_id is null
)

-- depends_on: {{ ref('health_comparisons') }}
select * from measure_changes
where
    contribution_change <> 0
    or grade <> previous_grade
