with

score_changes as (
    select * from {{ ref('int_health_score_changes') }}
),

health_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
),

both_ends as (
    select
        score_changes.account_id,
        score_changes.comparison_days,
        score_changes.date_day,
        health_inputs.input_id,
        health_inputs.measure_id,
        1 as is_now,
        health_inputs.measure_value,
        health_inputs.numerator,
        health_inputs.denominator,
        health_inputs.grade,
        health_inputs.effective_weight,
        health_inputs.contribution
    from score_changes
    inner join health_inputs
        on
            score_changes.account_id = health_inputs.account_id
            and score_changes.date_day = health_inputs.date_day
    where health_inputs.is_present
    union all
    select
        score_changes.account_id,
        score_changes.comparison_days,
        score_changes.date_day,
        health_inputs.input_id,
        health_inputs.measure_id,
        0 as is_now,
        health_inputs.measure_value,
        health_inputs.numerator,
        health_inputs.denominator,
        health_inputs.grade,
        health_inputs.effective_weight,
        health_inputs.contribution
    from score_changes
    inner join health_inputs
        on
            score_changes.account_id = health_inputs.account_id
            and score_changes.previous_day = health_inputs.date_day
    where health_inputs.is_present
),

measure_changes as (
    select
        account_id,
        comparison_days,
        input_id,
        measure_id,
        {%- for column in ['measure_value', 'numerator', 'denominator', 'grade', 'effective_weight'] %}
        max(case when is_now = 1 then {{ column }} end) as {{ column }},
        max(case when is_now = 0 then {{ column }} end) as previous_{{ column }},
        {%- endfor %}
        sum(case when is_now = 1 then contribution else -contribution end) as contribution_change,
        date_day
    from both_ends
    group by account_id, comparison_days, input_id, measure_id, date_day
)

select * from measure_changes
