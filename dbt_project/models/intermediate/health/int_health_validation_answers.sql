{#- Past days never change, so each is asked once; only what nobody has asked yet is looked up. -#}
{%- set questions -%}
    select distinct
        outcomes.account_id,
        {{ add_days('outcomes.outcome_date', '-horizons.horizon_days') }} as question_date
    from {{ ref('int_health_outcomes') }} as outcomes
    cross join {{ ref('health_horizons') }} as horizons
{%- endset -%}
{%- set first_day = none -%}
{%- if execute and is_incremental() -%}
    {%- set query -%}
        select coalesce(min(questions.question_date), {{ as_of_day() }}) as first_day
        from ({{ questions }}) as questions
        left join {{ this }} as answers
            on
                questions.account_id = answers.account_id
                and questions.question_date = answers.question_date
        where answers.account_id is null
    {%- endset -%}
    {%- set first_day = (run_query(query).columns[0].values()[0] | string)[:10] -%}
{%- endif -%}

with

account_health_daily as (
    select * from {{ ref('fct_account_health_daily') }}
    {%- if first_day %}
    where date_day >= {{ day_literal(first_day) }}
    {%- endif %}
),

health_inputs as (
    select * from {{ ref('fct_account_health_inputs_daily') }}
    {%- if first_day %}
    where date_day >= {{ day_literal(first_day) }}
    {%- endif %}
),

questions as (
    {{ questions }}
),

new_questions as (
    select questions.*
    from questions
    {%- if is_incremental() %}
    left join {{ this }} as answers
        on
            questions.account_id = answers.account_id
            and questions.question_date = answers.question_date
    where answers.account_id is null
    {%- endif %}
),

scored as (
    select
        new_questions.*,
        account_health_daily.segment,
        account_health_daily.band,
        account_health_daily.score,
        account_health_daily.raw_score,
        account_health_daily.churn_risk
    from new_questions
    left join account_health_daily
        on
            new_questions.account_id = account_health_daily.account_id
            and new_questions.question_date = account_health_daily.date_day
            and account_health_daily.score is not null
),

-- The score beside what its inputs and measures would have said alone.
answers as (
    select
        scored.*,
        'score' as predictor_id,
        scored.score as predictor_value
    from scored
    union all
    select
        scored.*,
        'raw_score' as predictor_id,
        scored.raw_score as predictor_value
    from scored
    where scored.score is not null
    union all
    -- Turned around, so that less is a worse sign here too.
    select
        scored.*,
        'churn_risk' as predictor_id,
        100 - 100 * scored.churn_risk as predictor_value
    from scored
    where scored.churn_risk is not null
    union all
    select
        scored.*,
        case
            when health_inputs.measure_id = 'all' then health_inputs.input_id
            else health_inputs.measure_id
        end as predictor_id,
        health_inputs.grade as predictor_value
    from scored
    inner join health_inputs
        on
            scored.account_id = health_inputs.account_id
            and scored.question_date = health_inputs.date_day
    where
        scored.score is not null
        and health_inputs.grade is not null
)

select
    account_id,
    segment,
    band,
    predictor_id,
    cast(score as decimal(9, 4)) as score,
    cast(predictor_value as decimal(9, 4)) as predictor_value,
    question_date
from answers
